import type { Images } from "../../../lib/data/mod.ts";
import {
  allocate,
  type DType,
  type NdArray,
  ndarray,
  sizeOf,
  sliceRows,
} from "../../../lib/array/ndarray.ts";
import type { Rows } from "./old/engine.ts";

/** Images as an array of rows, in the form in which they are kept. */
export function imageRows({ pixels, count, height, width, channels }: Images): Rows[string] {
  const shape = [count, height, width, channels];
  return pixels instanceof Uint8Array
    ? ndarray("uint8", shape, pixels)
    : ndarray("float32", shape, pixels);
}

/** An array with one axis for all of a row. */
export function flattenRows<D extends DType>({ dtype, shape, data }: NdArray<D>): NdArray<D> {
  return ndarray(dtype, [shape[0], sizeOf(shape.slice(1))], data);
}

/** The rows `[start, end)` as float32, bytes scaled to [0, 1]. */
export function pixelRows(rows: Rows[string], start: number, end: number): NdArray<"float32"> {
  return floatRows(sliceRows<"uint8" | "float32">(rows, start, end) as Rows[string]);
}

/** Rows as a step sees them: bytes are pixels, scaled to [0, 1]. */
export function floatRows<D extends DType>(
  rows: NdArray<D>,
): NdArray<D extends "uint8" ? "float32" : D> {
  const { dtype, shape, data } = rows as NdArray;
  const seen = dtype === "uint8"
    ? ndarray("float32", shape, Float32Array.from(data as Uint8Array, (byte) => byte / 255))
    : rows;
  return seen as NdArray<D extends "uint8" ? "float32" : D>;
}

/** The rows at some indices, as a step sees them. */
export function gatherRows<D extends DType>(
  { dtype, shape, data }: NdArray<D>,
  indices: Int32Array,
): NdArray<D extends "uint8" ? "float32" : D> {
  const size = sizeOf(shape.slice(1));
  const gathered = allocate(dtype, indices.length * size);
  indices.forEach((index, i) =>
    gathered.set(data.subarray(index * size, (index + 1) * size) as never, i * size)
  );
  return floatRows(ndarray(dtype, [indices.length, ...shape.slice(1)], gathered));
}
