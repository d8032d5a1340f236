import { type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { slice, take } from "../../../lib/array/rows.ts";

/** An array with one axis for all of a row. */
export function flattenRows<D extends DType>({ dtype, shape, data }: NdArray<D>): NdArray<D> {
  return ndarray(dtype, [shape[0], sizeOf(shape.slice(1))], data);
}

/** The rows `[start, end)` as float32, bytes scaled to [0, 1]. */
export function pixelRows(
  rows: NdArray<"uint8"> | NdArray<"float32">,
  start: number,
  end: number,
): NdArray<"float32"> {
  return floatRows<"uint8" | "float32">(slice(rows, start, end));
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
  rows: NdArray<D>,
  indices: Int32Array,
): NdArray<D extends "uint8" ? "float32" : D> {
  return floatRows(take(rows, indices));
}
