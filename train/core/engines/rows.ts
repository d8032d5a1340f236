import type { Images } from "../../../lib/data/mod.ts";
import { type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
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
  const size = sizeOf(rows.shape.slice(1));
  const values = rows.data.subarray(start * size, end * size);
  const shape = [end - start, ...rows.shape.slice(1)];
  return ndarray("float32", shape, toFloat32(values));
}

/** The rows at some indices as float32, bytes scaled to [0, 1]. */
export function gatherRows(rows: Rows[string], indices: Int32Array): NdArray<"float32"> {
  const size = sizeOf(rows.shape.slice(1));
  const gathered = new Float32Array(indices.length * size);
  indices.forEach((index, i) =>
    gathered.set(toFloat32(rows.data.subarray(index * size, (index + 1) * size)), i * size)
  );
  return ndarray("float32", [indices.length, ...rows.shape.slice(1)], gathered);
}

function toFloat32(values: Uint8Array | Float32Array): Float32Array {
  return values instanceof Uint8Array ? Float32Array.from(values, (byte) => byte / 255) : values;
}
