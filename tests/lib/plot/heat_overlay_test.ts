import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { heatOverlay } from "../../../lib/plot/heat_overlay.ts";

Deno.test("heatOverlay() adds the colour of the heat to the grey of the image", () => {
  const images = ndarray("float32", [1, 1, 2, 3], Float32Array.of(0.3, 0.6, 0.9, 0, 0, 0));
  const heat = ndarray("float32", [1, 1, 2, 1], Float32Array.of(0, 1));
  const { shape, data } = heatOverlay(images, heat);
  assertEquals(shape, [1, 1, 2, 3]);
  // No heat is black and full heat is white: the image keeps 0.35 of its own mean.
  const expected = [0.21, 0.21, 0.21, 0.65, 0.65, 0.65];
  expected.forEach((value, i) => assertAlmostEquals(data[i], value, 1e-6));
});
