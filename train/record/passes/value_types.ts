import { backend_util } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { ELEMENTWISE } from "./ranks.ts";
import type { Operation, Result, Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { shapeOf } from "../recording/recorded.ts";

/** Operators whose results are conditions. */
const CONDITIONS: ReadonlySet<string> = new Set(
  "And Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or Xor".split(" "),
);

/** Operators, beside the others on elements, whose results have the type of their first operand. */
const TYPE_OF_FIRST: ReadonlySet<string> = new Set([
  ..."BatchNormalization Concat Conv ConvTranspose Expand Gather Gemm HardSigmoid MatMul".split(
    " ",
  ),
  ..."Pad ReduceMean ReduceSum Reshape Slice Softmax Squeeze Tile Transpose Unsqueeze".split(" "),
]);

/** The shapes and element types of recorded values, as far as rules and operators tell. */
export class ValueTypes {
  readonly #inputs: Recording["inputs"];
  readonly #shapes = new Map<Operation, readonly number[] | undefined>();
  readonly #floats = new Map<Operation, boolean>();

  constructor({ inputs }: Recording) {
    this.#inputs = inputs;
  }

  /** @returns `undefined` where it is not known. */
  shape(source: Source): readonly number[] | undefined {
    if (source.kind === "constant") return source.array.shape;
    if (source.kind === "input") return this.#inputs[source.name]?.shape;
    const { operation } = source;
    const said = shapeOf(source);
    if (said !== undefined || operation.outputCount > 1) return said;
    if (!this.#shapes.has(operation)) this.#shapes.set(operation, this.#inferShape(operation));
    return this.#shapes.get(operation);
  }

  /** Whether a value is known to be float32. */
  isFloat(source: Source): boolean {
    if (source.kind === "constant") return source.array.dtype === "float32";
    if (source.kind === "input") return this.#inputs[source.name]?.dtype === "float32";
    const { operation } = source;
    const known = this.#floats.get(operation) ?? this.#inferFloat(source);
    this.#floats.set(operation, known);
    return known;
  }

  #inferShape({ opType, operands, attributes }: Operation): readonly number[] | undefined {
    const [first, second] = operands;
    const x = first ? this.shape(first) : undefined;
    if (x === undefined) return undefined;
    if (ELEMENTWISE.has(opType)) {
      const shapes = operands.map((operand) => operand ? this.shape(operand) : []);
      return shapes.includes(undefined) ? undefined : broadcast(shapes as number[][]);
    }
    if (opType === "Transpose") {
      return (attributes.perm as readonly number[] | undefined)?.map((axis) => x[axis]);
    }
    if (opType.startsWith("Reduce")) {
      const axes = reducedAxes({ operands, attributes }, x.length);
      if (axes === undefined) return undefined;
      return attributes.keepdims === 0
        ? x.filter((_, axis) => !axes.includes(axis))
        : x.map((size, axis) => axes.includes(axis) ? 1 : size);
    }
    const list = integers(second) ?? attributes.axes as readonly number[] | undefined;
    if (list === undefined) return undefined;
    if (opType === "Reshape") return list.every((size) => size > 0) ? list : undefined;
    if (opType === "Expand") return broadcast([x, list]);
    if (opType === "Unsqueeze") return unsqueezed(x, list);
    return undefined;
  }

  #inferFloat({ operation: { opType, operands, attributes } }: Result): boolean {
    const [first, second] = operands;
    if (opType === "Cast") return attributes.to === onnxDataType("float32");
    if (opType === "Where") return this.isFloat(second!);
    if (CONDITIONS.has(opType) || !first) return false;
    return (ELEMENTWISE.has(opType) || TYPE_OF_FIRST.has(opType)) && this.isFloat(first);
  }
}

/**
 * The axes that a reduction of a value of some rank lists, counted from the first; `undefined` where
 * it lists none.
 */
export function reducedAxes(
  { operands, attributes }: Pick<Operation, "operands" | "attributes">,
  rank: number,
): number[] | undefined {
  const listed = integers(operands[1]) ?? attributes.axes as readonly number[] | undefined;
  return listed?.map((axis) => axis < 0 ? axis + rank : axis);
}

/** The integers that a constant operand lists. */
export function integers(source: Source | null | undefined): number[] | undefined {
  return source?.kind === "constant" ? Array.from(source.array.data, Number) : undefined;
}

/** The shape that several broadcast to. */
export function broadcast(shapes: readonly (readonly number[])[]): readonly number[] {
  return shapes.reduce<number[]>(
    (all, shape) => backend_util.assertAndGetBroadcastShape(all, [...shape]),
    [],
  );
}

function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const added = axes.map((axis) => axis < 0 ? axis + rank : axis);
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => added.includes(axis) ? 1 : rest.shift()!);
}
