import type { Operation, Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";

/** Operators that work on each element alone and broadcast their operands. */
export const ELEMENTWISE: ReadonlySet<string> = new Set([
  ..."Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil Clip Cos Cosh Elu Erf Exp Floor".split(" "),
  ..."HardSigmoid IsInf IsNaN LeakyRelu Log Neg Not Reciprocal Relu Round Selu Sigmoid".split(" "),
  ..."Sign Sin Sinh Softplus Sqrt Tan Tanh".split(" "),
  ..."Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mod Mul Or PRelu".split(
    " ",
  ),
  ..."Pow Sub Sum Where Xor".split(" "),
]);

/** Operators whose results have the rank of their first operand. */
const RANK_OF_FIRST: ReadonlySet<string> = new Set([
  ..."AveragePool BatchNormalization Concat Conv ConvTranspose CumSum DepthToSpace LRN".split(" "),
  ..."LogSoftmax MaxPool Pad Resize ScatterElements ScatterND Slice Softmax SpaceToDepth".split(
    " ",
  ),
  ..."Split Tile Transpose".split(" "),
]);

/** The number of axes of recorded values, as far as their operators tell. */
export class Ranks {
  readonly #inputs: Recording["inputs"];
  readonly #ranks = new Map<Operation, number>();

  constructor({ inputs }: Recording) {
    this.#inputs = inputs;
  }

  /** Infers the rank of an operation's results from its operands', which were learned before. */
  learn(operation: Operation): void {
    const rank = this.#infer(operation);
    if (Number.isInteger(rank)) this.#ranks.set(operation, rank);
  }

  /** @returns NaN where it is not known. */
  of(source: Source | null | undefined): number {
    if (source?.kind === "constant") return source.array.shape.length;
    if (source?.kind === "input") return this.#inputs[source.name]?.shape.length ?? NaN;
    return source?.kind === "result" ? this.#ranks.get(source.operation) ?? NaN : NaN;
  }

  #infer({ opType, operands, attributes }: Operation): number {
    const [first, second] = operands;
    if (opType === "Gemm") return 2;
    if (opType === "Reshape") return lengthOf(second);
    if (opType === "Expand") return Math.max(this.of(first), lengthOf(second));
    if (opType === "Unsqueeze") return this.of(first) + lengthOf(second);
    if (opType === "Squeeze") return this.of(first) - lengthOf(second);
    if (opType === "Gather") return this.of(first) - 1 + this.of(second);
    if (opType.startsWith("Reduce")) {
      const axes = attributes.axes as readonly number[] | undefined;
      const kept = this.of(first) - (axes?.length ?? lengthOf(second));
      return attributes.keepdims === 0 ? kept : this.of(first);
    }
    if (RANK_OF_FIRST.has(opType)) return this.of(first);
    if (!ELEMENTWISE.has(opType)) return NaN;
    return Math.max(...operands.filter((operand) => operand !== null).map((each) => this.of(each)));
  }
}

/** How many integers a constant operand holds. */
function lengthOf(list: Source | null | undefined): number {
  return list?.kind === "constant" ? list.array.data.length : NaN;
}
