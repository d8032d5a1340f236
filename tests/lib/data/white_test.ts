import { assertEquals, assertThrows } from "@std/assert";
import type { DType } from "../../../lib/array/ndarray.ts";
import { findWhite, type PixelRange } from "../../../lib/data/white.ts";
import { InputError } from "../../../lib/input_error.ts";

const INTEGERS: DType[] = ["uint8", "int16", "uint16", "int32", "uint32", "int64"];
const FLOATS: DType[] = ["float32", "float64"];

/** White, and whether there is a warning. */
function find(dtype: DType, max: number, options: Partial<PixelRange> = {}): [number, boolean] {
  const { white, warnings } = findWhite({ name: '"x.npz"', dtype, max, ...options });
  return [white, warnings.length > 0];
}

Deno.test("findWhite() is 1 for floats near 1 and 255 for bright integers, without a warning", () => {
  for (const dtype of FLOATS) {
    for (const max of [0.6, 0.999, 1, 1.000001, 1.009]) assertEquals(find(dtype, max), [1, false]);
    for (const max of [128, 254.3, 255, 256]) assertEquals(find(dtype, max), [255, false]);
  }
  for (const dtype of INTEGERS) {
    for (const max of [128, 200, 255]) assertEquals(find(dtype, max), [255, false]);
    assertEquals(find(dtype, 1), [1, false]);
    assertEquals(find(dtype, 0), [1, false]);
  }
  assertEquals(find("bool", 1), [1, false]);
});

Deno.test("findWhite() is the largest pixel of few levels, and warns of every unlikely range", () => {
  for (const dtype of [...INTEGERS, ...FLOATS, "int8"] satisfies DType[]) {
    for (const max of [3, 7, 15, 16, 31, 63, 100, 127]) {
      assertEquals(find(dtype, max), [max, true], `${dtype} up to ${max}`);
    }
  }
  assertEquals(find("int8", 90), [127, true]);
  for (const max of [2, 14, 90]) assertEquals(find("uint8", max), [255, true]);
  for (const max of [0.004, 0.3]) assertEquals(find("float32", max), [1, true]);
  assertEquals(findWhite({ name: '"x.npz"', dtype: "float64", max: 16 }).warnings, [
    'the largest pixel of "x.npz" is 16 and 16 is taken for white; --white N sets another',
  ]);
});

Deno.test("findWhite() takes what the training images have where it fits, and says where it does not", () => {
  for (const dtype of [...INTEGERS, ...FLOATS]) {
    // Few or dark images of the same kind.
    assertEquals(find(dtype, 14, { expectedWhite: 16 }), [16, false]);
    assertEquals(find(dtype, 5, { expectedWhite: 16 }), [16, true]);
    assertEquals(find(dtype, 16, { expectedWhite: 255 }), [255, true]);
    assertEquals(find(dtype, 255, { expectedWhite: 16 }), [255, true]);
    assertEquals(find(dtype, 255, { expectedWhite: 1 }), [255, false]);
    assertEquals(find(dtype, 255, { expectedWhite: 255 }), [255, false]);
  }
  for (const dtype of FLOATS) {
    for (const expectedWhite of [1, 16, 255]) {
      assertEquals(find(dtype, 1, { expectedWhite }), [1, false]);
    }
    assertEquals(find(dtype, 0.5, { expectedWhite: 0.5 }), [0.5, false]);
    assertEquals(find(dtype, 1.5, { expectedWhite: 255 }), [255, true]);
  }
  assertEquals(find("uint8", 1, { expectedWhite: 255 }), [255, true]);
  const { warnings } = findWhite({ name: '"x"', dtype: "uint8", max: 255, expectedWhite: 16 });
  assertEquals(warnings, [
    'the largest pixel of "x" is 255 and 255 is taken for white (16 in the training images); ' +
    "--white N sets another",
  ]);
});

Deno.test("findWhite() is what the user says, unless pixels are above it", () => {
  for (const dtype of [...INTEGERS, ...FLOATS]) {
    assertEquals(find(dtype, 12, { white: 20, expectedWhite: 255 }), [20, false]);
    assertEquals(find(dtype, 4000, { white: 4095 }), [4095, false]);
    assertThrows(
      () => find(dtype, 17, { white: 16 }),
      InputError,
      'Cannot use "x.npz" as images: its largest pixel is 17, at most the 16 of --white is needed',
    );
    assertThrows(
      () => find(dtype, 999),
      InputError,
      "its largest pixel is 999, numbers from 0 to 1 or from 0 to 255, or the number of white " +
        "with --white, are needed",
    );
  }
  assertThrows(() => find("float32", 1.5), InputError, "with --white");
});
