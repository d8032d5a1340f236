import type { DType } from "../../../lib/array/ndarray.ts";
import {
  type OperationFacts,
  operatorOf,
  reducedAxes as listedAxes,
  resultDtype,
} from "../../../lib/onnx/mod.ts";
import { type Operation, type Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { shapeOf } from "../recording/recorded.ts";

/** The shapes and element types of recorded values, as far as rules and operators tell. */
export class Types {
  readonly #inputs: Recording["inputs"];
  readonly #sizes = new Map<Operation, readonly number[] | undefined>();
  readonly #dtypes = new Map<Operation, DType | undefined>();

  constructor({ inputs }: Recording) {
    this.#inputs = inputs;
  }

  /** @returns `undefined` where a size is not known. */
  shape(source: Source): readonly number[] | undefined {
    const sizes = this.#sizesOf(source);
    return sizes?.some(Number.isNaN) ? undefined : sizes;
  }

  /** The number of axes; NaN where it is not known. */
  rank(source: Source): number {
    return this.#sizesOf(source)?.length ?? NaN;
  }

  /** Whether a value is known to be float32. */
  isFloat(source: Source): boolean {
    return this.#dtypeOf(source) === "float32";
  }

  #sizesOf(source: Source): readonly number[] | undefined {
    if (source.kind === "constant") return source.array.shape;
    if (source.kind === "input") return this.#inputs[source.name]?.shape;
    const { operation } = source;
    const said = shapeOf(source);
    if (said !== undefined) return said;
    if (!this.#sizes.has(operation)) this.#sizes.set(operation, this.#inferSizes(operation));
    return this.#sizes.get(operation);
  }

  #inferSizes(operation: Operation): readonly number[] | undefined {
    const shapes = operation.operands.map((operand) => operand ? this.#sizesOf(operand) : []);
    return operatorOf(operation.opType).shape?.({ ...listed(operation), shapes });
  }

  #dtypeOf(source: Source): DType | undefined {
    if (source.kind === "constant") return source.array.dtype;
    if (source.kind === "input") return this.#inputs[source.name]?.dtype as DType | undefined;
    const { operation, index } = source;
    // Operators tell of their first result; of Split all are alike.
    if (index > 0 && operation.opType !== "Split") return undefined;
    if (!this.#dtypes.has(operation)) this.#dtypes.set(operation, this.#inferDtype(operation));
    return this.#dtypes.get(operation);
  }

  #inferDtype({ opType, operands, attributes }: Operation): DType | undefined {
    const dtypes = operands.map((operand) => operand ? this.#dtypeOf(operand) : undefined);
    return resultDtype(opType, { dtypes, attributes });
  }
}

/** The axes that a reduction lists, counted from the first; `undefined` where it lists none. */
export function reducedAxes(operation: Operation, rank: number): number[] | undefined {
  return listedAxes(listed(operation), rank);
}

function listed({ operands, attributes }: Operation): Omit<OperationFacts, "shapes"> {
  return { lists: operands.map(integers), attributes };
}

/** The integers that a constant operand lists, as axes and shapes are listed. */
function integers(operand: Source | null): number[] | undefined {
  const isList = operand?.kind === "constant" && operand.array.dtype === "int64";
  return isList ? Array.from(operand.array.data, Number) : undefined;
}
