import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { invert } from "../../../lib/data/pixels.ts";
import { hasLightGround, medianBorder } from "../../../lib/features/ground.ts";

/** Images of 4x5 whose border is of one shade and whose inside is 100. */
function framed(shades: readonly number[], channels = 1) {
  const size = 20 * channels;
  const pixels = Uint8Array.from({ length: shades.length * size }, (_, i) => {
    const [y, x] = [Math.floor(i % size / (5 * channels)), Math.floor(i / channels) % 5];
    return y > 0 && y < 3 && x > 0 && x < 4 ? 100 : shades[Math.floor(i / size)];
  });
  return ndarray("uint8", [shades.length, 4, 5, channels], pixels);
}

Deno.test("medianBorder() looks at the border alone", () => {
  assertAlmostEquals(medianBorder(framed([0, 204, 255])), 0.8, 1e-6);
  assertAlmostEquals(medianBorder(framed([51, 51, 51], 3)), 0.2, 1e-6);
});

Deno.test("hasLightGround() tells dark ink on paper from light ink, and leaves photos alone", () => {
  const paper = framed([250, 240, 255]);
  assertEquals(hasLightGround(paper), true);
  assertEquals(hasLightGround(invert(paper)), false);
  assertEquals(hasLightGround(framed([128, 120, 200])), false);
  assertEquals(hasLightGround(framed([250, 240, 255], 3)), false);
});
