import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { contours } from "../../../../infer/explore/page/contours.ts";

Deno.test("contours() follows a circle all round", () => {
  const side = 41, radius = 12.3;
  const values = Float64Array.from(
    { length: side * side },
    (_, i) => Math.hypot(i % side - 20, Math.floor(i / side) - 20),
  );
  const segments = contours(values, side, radius);
  let length = 0;
  for (const [x1, y1, x2, y2] of segments) {
    assertAlmostEquals(Math.hypot(x1 - 20, y1 - 20), radius, 0.02);
    length += Math.hypot(x2 - x1, y2 - y1);
  }
  assertAlmostEquals(length, 2 * Math.PI * radius, 0.1);
  // Every end is met by another: nothing is open.
  const ends = new Map<string, number>();
  for (const [x1, y1, x2, y2] of segments) {
    for (const end of [`${x1.toFixed(6)},${y1.toFixed(6)}`, `${x2.toFixed(6)},${y2.toFixed(6)}`]) {
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  }
  assert([...ends.values()].every((count) => count === 2));
});

Deno.test("contours() joins across a saddle what lies on the mean's side", () => {
  // Top left and bottom right are high, and so is the mean: the low corners are cut off.
  const high = contours([1, 0, 0, 1], 2, 0.4);
  assertEquals(high.map((segment) => segment.map((value) => Math.round(value * 10) / 10)), [
    [0.6, 0, 1, 0.4],
    [0.4, 1, 0, 0.6],
  ]);
  // The mean is low: the high corners are cut off.
  const low = contours([1, 0, 0, 1], 2, 0.6);
  assertEquals(low.map((segment) => segment.map((value) => Math.round(value * 10) / 10)), [
    [1, 0.6, 0.6, 1],
    [0, 0.4, 0.4, 0],
  ]);
});

Deno.test("contours() finds nothing where the level is not reached", () => {
  assertEquals(contours([1, 2, 3, 4], 2, 5), []);
});
