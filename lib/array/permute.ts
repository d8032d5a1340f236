import { allocate, type DType, type NdArray, ndarray } from "./ndarray.ts";

/**
 * An array with its axes in another order, as `numpy.transpose` gives it.
 *
 * @param perm The axis of the array that each axis of the result is.
 */
export function permute<D extends DType>(
  { dtype, shape, data }: NdArray<D>,
  perm: readonly number[],
): NdArray<D> {
  const sizes = perm.map((axis) => shape[axis]);
  const strides = perm.map((axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = allocate(dtype, data.length);
  const index = perm.map(() => 0);
  for (let i = 0, from = 0; i < data.length; i++) {
    result[i] = data[from];
    // Counts on from the last axis, with what it carries.
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < sizes[axis]) break;
      from -= strides[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
  return ndarray(dtype, sizes, result);
}
