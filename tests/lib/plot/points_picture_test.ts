import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { pointsPicture, squareDomain } from "../../../lib/plot/points_picture.ts";

const options = { domain: { x: [0, 10], y: [0, 10] }, width: 10, height: 10, radius: 0.5 } as const;

Deno.test("pointsPicture() puts the second axis upwards, and leaves out what lies beyond", () => {
  const points = ndarray("float32", [3, 2], Float32Array.of(0.5, 0.5, 9.5, 9.5, 30, 30));
  const { classes, opacity } = pointsPicture(points, [1, 2, 3], { ...options, opacity: 1 });
  const seen = [...opacity.keys()].filter((place) => opacity[place] > 0);
  assertEquals(seen, [9, 90]);
  assertEquals([classes[90], classes[9]], [1, 2]);
});

Deno.test("pointsPicture() is darker where many points lie, and hides no class by its place", () => {
  const count = 400;
  const data = new Float32Array(2 * count);
  // Twenty in each of 20 places, all of the first class before those of the second.
  for (let i = 0; i < count; i++) data.set([0.5 + i % 20 / 2, 5.5], 2 * i);
  const kinds = Uint8Array.from({ length: count }, (_, i) => i < count / 2 ? 0 : 1);
  const { classes, opacity } = pointsPicture(ndarray("float32", [count, 2], data), kinds, {
    ...options,
    opacity: 0.3,
  });
  const row = [...opacity.keys()].filter((place) => opacity[place] > 0);
  assert(row.every((place) => opacity[place] > 0.9 && opacity[place] <= 1));
  assertEquals(new Set(row.map((place) => classes[place])).size, 2);
});

Deno.test("squareDomain() is a square around all points, with a margin", () => {
  const points = (...values: number[]) =>
    ndarray("float32", [values.length / 2, 2], Float32Array.from(values));
  const { x, y } = squareDomain([points(0, 1, 10, 2), points(4, 3)]);
  assertAlmostEquals(x[1] - x[0], y[1] - y[0]);
  assertEquals([(x[0] + x[1]) / 2, (y[0] + y[1]) / 2], [5, 2]);
  assertAlmostEquals(x[1] - x[0], 10.4);
});
