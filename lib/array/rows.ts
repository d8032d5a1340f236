import { allocate, type NdArray, sizeOf } from "./ndarray.ts";

/**
 * The rows `[start, end)` of the first axis, without copying.
 *
 * @throws {RangeError} If the array has no such rows.
 */
export function slice<A extends NdArray>(array: A, start: number, end: number): A {
  const { shape: [count, ...rowShape], data } = array;
  if (!(start >= 0 && start <= end && end <= count)) {
    throw new RangeError(`Cannot slice rows ${start} to ${end}: there are ${count}`);
  }
  const stride = sizeOf(rowShape);
  const rows = data.subarray(start * stride, end * stride);
  return { ...array, shape: [end - start, ...rowShape], data: rows };
}

/**
 * The rows of the first axis at some indices, in that order, copied.
 *
 * @throws {RangeError} If the array has no row of that index.
 */
export function take<A extends NdArray>(array: A, indices: ArrayLike<number>): A {
  const { dtype, shape: [count, ...rowShape], data } = array;
  const stride = sizeOf(rowShape);
  const rows = allocate(dtype, indices.length * stride);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(`Cannot take row ${index}: there are ${count}`);
    }
    rows.set(data.subarray(index * stride, (index + 1) * stride) as never, i * stride);
  }
  return { ...array, shape: [indices.length, ...rowShape], data: rows };
}

/**
 * Arrays one after another along the first axis, copied unless there is only one.
 *
 * @throws {RangeError} If there is no array, or their dtypes or the shapes of their rows differ.
 */
export function join<A extends NdArray>(parts: readonly A[]): A {
  if (parts.length === 1) return parts[0];
  if (parts.length === 0) throw new RangeError("Cannot join rows: at least one array is needed");
  const { dtype, shape: [, ...rowShape] } = parts[0];
  for (const part of parts) {
    if (part.dtype === dtype && String(part.shape.slice(1)) === String(rowShape)) continue;
    throw new RangeError(
      `Cannot join rows: ${part.dtype} of shape [${part.shape}] and ${dtype} of shape ` +
        `[${parts[0].shape}], equal dtypes and rows of equal shape are needed`,
    );
  }
  const data = allocate(dtype, parts.reduce((length, part) => length + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data as never, offset);
    offset += part.data.length;
  }
  const count = parts.reduce((rows, { shape }) => rows + shape[0], 0);
  return { ...parts[0], shape: [count, ...rowShape], data };
}
