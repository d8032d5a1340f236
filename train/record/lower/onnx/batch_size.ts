import { type NdArray, ndarray, sizeOf } from "../../../../lib/array/ndarray.ts";
import { type Dim, type GraphBuilder, onnxDataType, type Value } from "../../../../lib/onnx/mod.ts";
import type { Operation } from "../../recording/operation.ts";
import type { Recording } from "../../recording/recording.ts";

/** Expresses what differs between two recordings by the size of the inputs' first axis. */
export class BatchSize {
  readonly #builder: GraphBuilder;
  readonly #inputName: string;
  readonly #size: number;
  readonly #otherSize: number;
  readonly #name: string;
  #value: Value | undefined;

  /** @param name What the graph calls the size. */
  constructor(
    builder: GraphBuilder,
    { recording, other, name }: { recording: Recording; other: Recording; name: string },
  ) {
    this.#builder = builder;
    this.#name = name;
    const found = Object.entries(recording.inputs).find(([name, { shape }]) =>
      shape.length > 0 && shape[0] !== other.inputs[name].shape[0]
    );
    if (found === undefined) {
      throw new RangeError(
        "Cannot free the batch size: no input differs in its first axis between the two recordings",
      );
    }
    this.#inputName = found[0];
    this.#size = found[1].shape[0];
    this.#otherSize = other.inputs[found[0]].shape[0];
  }

  /** A shape with its free sizes named. */
  dims(shape: readonly number[], otherShape: readonly number[]): Dim[] {
    return shape.map((size, axis) => {
      if (size === otherShape[axis]) return size;
      const { slope, offset } = this.#line(size, otherShape[axis], "a shape");
      const product = slope === 1 ? this.#name : `${slope}*${this.#name}`;
      return offset === 0 ? product : `${product}+${offset}`;
    });
  }

  /**
   * The value that gives `array` and `other` at their batch sizes: whole numbers
   * `offset + slope * batch`, or rows repeated that often.
   */
  constant(array: NdArray, other: NdArray, reader: Operation | undefined): Value {
    const kernel = `kernel "${reader?.kernel}"`;
    const repeated = repeatedPart(array, other);
    if (repeated !== undefined) {
      const shape = this.constant(int64(array.shape), int64(other.shape), reader);
      return this.#builder.op.Expand(this.#builder.constant(repeated), shape);
    }
    const isNumber = ["int64", "int32", "float32"].includes(array.dtype);
    if (!isNumber || array.shape.length > 1 || array.data.length !== other.data.length) {
      throw new Error(
        `Cannot free the batch size: ${kernel} reads a constant ${array.dtype}[${array.shape}] that depends on it, ${REMEDY}`,
      );
    }
    const values = Array.from(array.data, Number);
    const others = Array.from(other.data, Number);
    const lines = values.map((value, i) => this.#line(value, others[i], kernel));
    const free = lines.filter(({ slope }) => slope !== 0);
    if (reader?.opType === "Reshape" && free.length === 1 && !values.includes(0)) {
      // In the shape of a Reshape, -1 stands for the one size that follows from the others.
      return this.#builder.constant(int64(values.map((size, i) => lines[i].slope ? -1 : size)));
    }
    const { op } = this.#builder;
    this.#value ??= op.Slice(op.Shape({ name: this.#inputName }), [0], [1]);
    const slopes = this.#builder.constant(int64(lines.map(({ slope }) => slope)));
    const offsets = this.#builder.constant(int64(lines.map(({ offset }) => offset)));
    const list = op.Add(op.Mul(this.#value, slopes), offsets);
    const result = array.shape.length === 0 ? op.Squeeze(list, [0]) : list;
    return array.dtype === "int64" ? result : op.Cast(result, { to: onnxDataType(array.dtype) });
  }

  #line(value: number, otherValue: number, where: string): { slope: number; offset: number } {
    const slope = (otherValue - value) / (this.#otherSize - this.#size);
    if (!Number.isInteger(slope)) {
      throw new Error(
        `Cannot free the batch size: ${where} has ${value} at batch size ${this.#size} and ${otherValue} at ${this.#otherSize}, which is not linear, ${REMEDY}`,
      );
    }
    return { slope, offset: value - slope * this.#size };
  }
}

/** What helps; most often the gradient of a loss is in the way, which divides by the batch size. */
const REMEDY = "give the first axis of each input a size, as training has one";

function int64(values: readonly number[]): NdArray {
  return ndarray("int64", [values.length], BigInt64Array.from(values, BigInt));
}

/**
 * What two arrays of different shape repeat: one value, as zeros do, or one row. `undefined` if they
 * have the same shape or repeat nothing in common.
 */
function repeatedPart(array: NdArray, other: NdArray): NdArray | undefined {
  if (`${array.shape}` === `${other.shape}` || array.shape.length !== other.shape.length) {
    return undefined;
  }
  const rowShape = array.shape.slice(1);
  const isRowed = `${rowShape}` === `${other.shape.slice(1)}`;
  for (const shape of isRowed ? [[], rowShape] : [[]]) {
    const size = sizeOf(shape);
    const part = array.data.slice(0, size) as NdArray["data"];
    const isRepeat = ({ data }: NdArray) =>
      data.every((value, i) => Object.is(value, part[i % size]));
    if (size > 0 && isRepeat(array) && isRepeat(other)) return ndarray(array.dtype, shape, part);
  }
  return undefined;
}
