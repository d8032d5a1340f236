import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { deskew, medianSlant, needsDeskew } from "../../../lib/features/deskew.ts";

/** A bar that moves `slant` columns to the right each row down, `[1, 20, 20, 1]`. */
function bar(slant: number, shift = 0) {
  const pixels = new Float32Array(400);
  for (let y = 4; y < 16; y++) {
    const x = 9.5 + shift + slant * (y - 9.5);
    for (let column = 0; column < 20; column++) {
      pixels[y * 20 + column] = Math.max(0, 1 - Math.abs(column - x) / 2);
    }
  }
  return ndarray("float32", [1, 20, 20, 1], pixels);
}

Deno.test("medianSlant() is the columns that a bar moves each row", () => {
  assertAlmostEquals(medianSlant(bar(0.4)), 0.4, 0.01);
  assertEquals(needsDeskew(bar(0.4)), true);
  assertEquals(needsDeskew(bar(0.05)), false);
});

Deno.test("deskew() puts a slanted bar upright in the middle", () => {
  const upright = deskew(bar(0.4, 2));
  assert(medianSlant(upright) < 0.01);
  const expected = bar(0).data;
  upright.data.forEach((value, i) => assertAlmostEquals(value, expected[i], 0.3));
  let mass = 0, right = 0;
  upright.data.forEach((value, i) => {
    mass += value;
    right += value * (i % 20);
  });
  assertAlmostEquals(right / mass, 9.5, 0.02);
});

Deno.test("deskew() gives bytes for bytes, and leaves an empty image empty", () => {
  const { data } = bar(0.3);
  const bytes = ndarray("uint8", [2, 20, 20, 1], new Uint8Array(800));
  data.forEach((value, i) => bytes.data[i] = Math.round(255 * value));
  const straight = deskew(bytes);
  const exact = deskew(bar(0.3)).data;
  exact.forEach((value, i) => assertAlmostEquals(straight.data[i] / 255, value, 0.006));
  assert(straight.data.subarray(400).every((value) => value === 0));
});
