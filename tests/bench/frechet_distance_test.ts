import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { frechetDistance } from "../../bench/frechet_distance.ts";

/** Standard normal points `[count, features]`, scaled and shifted by feature. */
function points(
  count: number,
  { scales, shifts = scales.map(() => 0), seed = 0 }: {
    scales: number[];
    shifts?: number[];
    seed?: number;
  },
) {
  const features = scales.length;
  const data = new Random(seed, "points").normals(count * features)
    .map((value, i) => value * scales[i % features] + shifts[i % features]);
  return ndarray("float32", [count, features], data);
}

Deno.test("frechetDistance() is 0 of equal points and the squared shift of shifted ones", () => {
  for (const scales of [[1], [1, 2, 0.1], [1, 0, 3, 0, 2]]) {
    const a = points(50, { scales });
    assertAlmostEquals(frechetDistance(a, a), 0, 1e-5);
    const shifts = scales.map((_, i) => i + 1);
    const square = shifts.reduce((sum, shift) => sum + shift ** 2, 0);
    assertAlmostEquals(frechetDistance(a, points(50, { scales, shifts })), square, 1e-4);
  }
});

Deno.test("frechetDistance() adds the squared differences of standard deviations, in any order", () => {
  const [a, b] = [points(50, { scales: [1] }), points(50, { scales: [3] })];
  const deviation = (values: Float32Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / 50;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 49);
  };
  const expected = (deviation(a.data) - deviation(b.data)) ** 2 +
    (a.data.reduce((sum, value) => sum + value, 0) / 50 -
        b.data.reduce((sum, value) => sum + value, 0) / 50) ** 2;
  assertAlmostEquals(frechetDistance(a, b), expected, 1e-4);
  const [c, d] = [1, 2].map((seed) => points(40, { scales: [1, 2, 3], seed }));
  assertAlmostEquals(frechetDistance(c, d), frechetDistance(d, c), 1e-9);
  assert(frechetDistance(c, d) > 0);
});

Deno.test("frechetDistance() needs two points and as many features", () => {
  const a = points(5, { scales: [1, 1] });
  assertThrows(() => frechetDistance(a, points(5, { scales: [1] })), RangeError, "5x1");
  assertThrows(() => frechetDistance(a, points(1, { scales: [1, 1] })), RangeError, "1x2");
});
