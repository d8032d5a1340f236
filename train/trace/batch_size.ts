import { type NdArray, ndarray } from "../../lib/ndarray.ts";
import type { Dim, GraphBuilder, Value } from "../../lib/onnx/mod.ts";
import type { Operation } from "./recorder.ts";
import type { Recording } from "./recording.ts";

/** Expresses what differs between two recordings by the size of the inputs' first axis. */
export class BatchSize {
  readonly #builder: GraphBuilder;
  readonly #inputName: string;
  readonly #size: number;
  readonly #twinSize: number;
  #value: Value | undefined;

  constructor(builder: GraphBuilder, recording: Recording, twin: Recording) {
    this.#builder = builder;
    const found = Object.entries(recording.inputs).find(([name, { shape }]) =>
      shape.length > 0 && shape[0] !== twin.inputs[name].shape[0]
    );
    if (found === undefined) {
      throw new RangeError(
        "Cannot free the batch size: no input differs in its first axis between the two recordings",
      );
    }
    this.#inputName = found[0];
    this.#size = found[1].shape[0];
    this.#twinSize = twin.inputs[found[0]].shape[0];
  }

  /** A shape with its free sizes named. */
  dims(shape: readonly number[], twinShape: readonly number[]): Dim[] {
    return shape.map((size, axis) => {
      if (size === twinShape[axis]) return size;
      const { slope, offset } = this.#line(size, twinShape[axis], "a shape");
      const product = slope === 1 ? "batch" : `${slope}*batch`;
      return offset === 0 ? product : `${product}+${offset}`;
    });
  }

  /** The value `offset + slope * batch` that gives `array` and `twin` at their batch sizes. */
  constant(array: NdArray, twin: NdArray, reader: Operation | undefined): Value {
    const kernel = `kernel "${reader?.kernel}"`;
    if (array.dtype !== "int64" || array.shape.length !== 1) {
      throw new Error(
        `Cannot free the batch size: ${kernel} reads a constant ${array.dtype}[${array.shape}] that depends on it`,
      );
    }
    const values = Array.from(array.data, Number);
    const twins = Array.from(twin.data, Number);
    const lines = values.map((value, i) => this.#line(value, twins[i], kernel));
    const free = lines.filter(({ slope }) => slope !== 0);
    if (reader?.opType === "Reshape" && free.length === 1 && !values.includes(0)) {
      // In the shape of a Reshape, -1 stands for the one size that follows from the others.
      return this.#builder.constant(int64(values.map((size, i) => lines[i].slope ? -1 : size)));
    }
    const { op } = this.#builder;
    this.#value ??= op.Slice(op.Shape({ name: this.#inputName }), [0], [1]);
    const slopes = this.#builder.constant(int64(lines.map(({ slope }) => slope)));
    const offsets = this.#builder.constant(int64(lines.map(({ offset }) => offset)));
    return op.Add(op.Mul(this.#value, slopes), offsets);
  }

  #line(value: number, twinValue: number, where: string): { slope: number; offset: number } {
    const slope = (twinValue - value) / (this.#twinSize - this.#size);
    if (!Number.isInteger(slope)) {
      throw new Error(
        `Cannot free the batch size: ${where} has ${value} at batch size ${this.#size} and ${twinValue} at ${this.#twinSize}, which is not linear`,
      );
    }
    return { slope, offset: value - slope * this.#size };
  }
}

function int64(values: readonly number[]): NdArray {
  return ndarray("int64", [values.length], BigInt64Array.from(values, BigInt));
}
