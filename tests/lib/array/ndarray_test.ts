import { assertEquals, assertThrows } from "@std/assert";
import { allocate, type DType, fromBytes, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";

const TYPES = {
  float16: 2,
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  bool: 1,
} as const satisfies Record<DType, number>;

Deno.test("sizeOf() multiplies the axes, and counts 1 for a scalar", () => {
  assertEquals([sizeOf([]), sizeOf([3]), sizeOf([2, 3, 4]), sizeOf([2, 0])], [1, 3, 24, 0]);
});

Deno.test("ndarray() wraps data without a copy, and throws if the shape holds another number", () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const array = ndarray("float32", [2, 3], data);
  assertEquals([array.dtype, array.shape, array.data === data], ["float32", [2, 3], true]);
  assertThrows(() => ndarray("float32", [2, 2], data), RangeError, "it holds 4 elements, got 6");
  assertThrows(() => ndarray("float32", [], data), RangeError);
});

Deno.test("allocate() and fromBytes() hold elements of each type, aligned and copied", () => {
  for (const [dtype, size] of Object.entries(TYPES) as [DType, number][]) {
    const zeros = allocate(dtype, 3);
    assertEquals([zeros.length, zeros.BYTES_PER_ELEMENT, Number(zeros[2])], [3, size, 0]);
    // From an odd place, where no element could lie.
    const bytes = new Uint8Array(1 + 2 * size).subarray(1);
    bytes[size] = 5;
    const read = fromBytes(dtype, bytes);
    assertEquals([read.length, Number(read[0])], [2, 0]);
    if (!dtype.startsWith("float")) assertEquals(Number(read[1]), 5);
    bytes.fill(1);
    assertEquals(Number(read[0]), 0);
  }
});
