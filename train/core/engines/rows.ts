import type { Images } from "../../../lib/data/dataset.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";

/** An array with one axis for all of a row. */
export function flattenRows<D extends DType>({ dtype, shape, data }: NdArray<D>): NdArray<D> {
  return ndarray(dtype, [shape[0], sizeOf(shape.slice(1))], data);
}

/** Rows as a step sees them: bytes are pixels, scaled to [0, 1]. */
export function floatRows<D extends DType>(
  rows: NdArray<D>,
): NdArray<D extends "uint8" ? "float32" : D> {
  const seen = rows.dtype === "uint8" ? toFloat32(rows as Images) : rows;
  return seen as NdArray<D extends "uint8" ? "float32" : D>;
}
