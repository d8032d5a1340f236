import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocate, type DType, type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { join, slice, take } from "../../../lib/array/rows.ts";

/** Arrays of every dtype, of one to four axes and up to 6 rows, rows of no element included. */
function* arrays(): Generator<NdArray> {
  const random = new Random(1);
  for (const dtype of ["float32", "float64", "int64", "uint8", "bool"] satisfies DType[]) {
    for (const rowShape of [[], [3], [2, 0], [2, 3, 1]]) {
      const shape = [1 + random.integer(6), ...rowShape];
      const data = allocate(dtype, sizeOf(shape));
      for (let i = 0; i < data.length; i++) {
        data[i] = data instanceof BigInt64Array ? BigInt(random.integer(99)) : random.integer(99);
      }
      yield ndarray(dtype, shape, data as Float32Array) as NdArray;
    }
  }
}

/** The elements of each row. */
function rowsOf({ shape: [count, ...rowShape], data }: NdArray): unknown[][] {
  const stride = sizeOf(rowShape);
  return Array.from({ length: count }, (_, i) => [...data.slice(i * stride, (i + 1) * stride)]);
}

Deno.test("slice() and take() give the rows asked for, join() puts slices together again", () => {
  for (const array of arrays()) {
    const [count, ...rowShape] = array.shape;
    const rows = rowsOf(array);
    for (let end = 0; end <= count; end++) {
      for (let start = 0; start <= end; start++) {
        const sliced = slice(array, start, end);
        assertEquals(rowsOf(sliced), rows.slice(start, end));
        assertEquals([sliced.dtype, sliced.shape], [array.dtype, [end - start, ...rowShape]]);
        assert(sliced.data.buffer === array.data.buffer, "it is a view");
        assertEquals(join([slice(array, 0, start), sliced, slice(array, end, count)]), array);
      }
    }
    const indices = [count - 1, 0, 0];
    const taken = take(array, indices);
    assertEquals(rowsOf(taken), indices.map((index) => rows[index]));
    assertEquals([taken.dtype, taken.shape], [array.dtype, [3, ...rowShape]]);
    assert(taken.data.buffer !== array.data.buffer, "it is a copy");
  }
});

Deno.test("slice() and take() throw if there is no such row", () => {
  const array = ndarray("uint8", [3, 2], new Uint8Array(6));
  for (const [start, end] of [[-1, 2], [0, 4], [3, 2], [NaN, 2]]) {
    assertThrows(
      () => slice(array, start, end),
      RangeError,
      `rows ${start} to ${end}: there are 3`,
    );
  }
  for (const index of [-1, 3, 0.5]) {
    assertThrows(() => take(array, [index]), RangeError, `Cannot take row ${index}: there are 3`);
  }
});

Deno.test("join() throws if there is nothing to join or it does not fit together", () => {
  const array = (shape: number[]) => ndarray("uint8", shape, new Uint8Array(sizeOf(shape)));
  assertThrows(() => join([]), RangeError, "at least one array");
  assertThrows(() => join([array([1, 2]), array([2, 1])]), RangeError, "shape [2,1]");
  const float: NdArray = ndarray("float32", [1, 2], new Float32Array(2));
  assertThrows(() => join<NdArray>([array([1, 2]), float]), RangeError, "float32 of shape [1,2]");
});
