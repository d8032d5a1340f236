import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { colourHistograms, hasColour, meanChroma } from "../../../lib/features/colours.ts";

/** Images of one colour each. */
function plain(...colours: readonly (readonly number[])[]) {
  const pixels = colours.flatMap((colour) => Array.from({ length: 4 }, () => colour).flat());
  return ndarray("uint8", [colours.length, 2, 2, 3], Uint8Array.from(pixels));
}

Deno.test("colourHistograms() counts colours at 5 levels of each channel", () => {
  const { data, shape } = colourHistograms(plain([0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]));
  assertEquals(shape, [4, 125]);
  assertEquals([0, 1, 2, 3].map((row) => data.subarray(row * 125, (row + 1) * 125).indexOf(1)), [
    0,
    100,
    20,
    4,
  ]);
});

Deno.test("colourHistograms() shares a pixel between the nearest levels, by the root", () => {
  // Levels are 63.75 apart: 16 is a quarter of the way from the first to the second.
  const { data } = colourHistograms(plain([255, 255, 16]));
  const step = 16 / 63.75;
  assertAlmostEquals(data[120], Math.sqrt(1 - step), 1e-6);
  assertAlmostEquals(data[121], Math.sqrt(step), 1e-6);
  assertEquals(data.filter((value) => value > 0).length, 2);
});

Deno.test("colourHistograms() has rows of length 1, the same for floats, wherever pixels lie", () => {
  const pixels = Uint8Array.from({ length: 2 * 48 }, (_, i) => i * i % 256);
  const images = ndarray("uint8", [2, 4, 4, 3], pixels);
  const { data } = colourHistograms(images);
  for (const row of [0, 1]) {
    const square = data.subarray(row * 125, (row + 1) * 125).reduce((sum, v) => sum + v * v, 0);
    assertAlmostEquals(square, 1, 1e-5);
  }
  const floats = colourHistograms(toFloat32(images)).data;
  data.forEach((value, i) => assertAlmostEquals(floats[i], value, 1e-3));
  const turned = Array.from({ length: 32 }, (_, i) => [...pixels.slice(3 * i, 3 * i + 3)])
    .map((_, i, all) => all[i < 16 ? 15 - i : 47 - i]).flat();
  const moved = colourHistograms({ ...images, data: Uint8Array.from(turned) }).data;
  data.forEach((value, i) => assertAlmostEquals(moved[i], value, 1e-6));
});

Deno.test("hasColour() sees channels that differ", () => {
  assertAlmostEquals(meanChroma(plain([255, 0, 0], [9, 9, 9])), 0.5, 1e-9);
  assert(hasColour(plain([200, 100, 100])));
  // A grey photograph with a slight tint, and grey images of one channel.
  assert(!hasColour(plain([100, 100, 103], [0, 0, 0], [255, 255, 255])));
  assert(!hasColour(ndarray("uint8", [1, 2, 2, 1], Uint8Array.of(0, 255, 0, 255))));
});
