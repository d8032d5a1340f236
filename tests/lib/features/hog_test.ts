import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { histogramsOfGradients } from "../../../lib/features/hog.ts";

Deno.test("histogramsOfGradients() has 2x2 cells a block and blocks of length up to 1", () => {
  const random = new Random(0);
  const pixels = Float32Array.from({ length: 2 * 28 * 28 * 3 }, () => random.uniform());
  const { data, shape } = histogramsOfGradients(ndarray("float32", [2, 28, 28, 3], pixels));
  assertEquals(shape, [2, 6 * 6 * 36]);
  for (let start = 0; start < data.length; start += 36) {
    const square = data.subarray(start, start + 36).reduce((sum, value) => sum + value ** 2, 0);
    assert(square > 0.9 && square <= 1);
  }
});

Deno.test("histogramsOfGradients() puts an edge into the bin of its direction", () => {
  // Brightness rises by angle, whose bin is 2.5: half in bin 2, half in bin 3.
  const angle = 2.5 / 9 * Math.PI;
  const pixels = Float32Array.from(
    { length: 64 },
    (_, i) => 0.5 + 0.05 * (i % 8 * Math.cos(angle) + Math.floor(i / 8) * Math.sin(angle)),
  );
  const { data } = histogramsOfGradients(ndarray("float32", [1, 8, 8, 1], pixels));
  // The block in the middle does not touch the border.
  const block = data.subarray(4 * 36, 4 * 36 + 9);
  assertAlmostEquals(block[2], block[3], 1e-4);
  assertEquals([...block].map((value) => value > 1e-4).indexOf(true), 2);
  assertEquals(block.filter((value) => value > 1e-4).length, 2);
});

Deno.test("histogramsOfGradients() reads bytes as numbers in [0, 1]", () => {
  const random = new Random(3);
  const bytes = Uint8Array.from({ length: 64 }, () => random.integer(256));
  const floats = Float32Array.from(bytes, (value) => value / 255);
  const a = histogramsOfGradients(ndarray("uint8", [1, 8, 8, 1], bytes)).data;
  const b = histogramsOfGradients(ndarray("float32", [1, 8, 8, 1], floats)).data;
  a.forEach((value, i) => assertAlmostEquals(value, b[i], 1e-5));
});
