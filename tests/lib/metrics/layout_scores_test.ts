import { assert, assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { layoutScores } from "../../../lib/metrics/layout_scores.ts";

Deno.test("layoutScores() is 1 of the points themselves, and about a half of chance", () => {
  const random = new Random(0);
  const points = ndarray("float32", [500, 2], random.normals(1000));
  const classes = Array.from({ length: 500 }, (_, i) => Number(points.data[2 * i] > 0));
  const same = layoutScores(points, points, { classes });
  assertEquals([same.trustworthiness, same.count], [1, 500]);
  assert(same.neighbourAccuracy! > 0.95);
  const chance = ndarray("float32", [500, 2], random.normals(1000));
  const other = layoutScores(points, chance, { classes, maxPoints: 300 });
  assert(Math.abs(other.trustworthiness - 0.5) < 0.05, `${other.trustworthiness}`);
  assert(Math.abs(other.neighbourAccuracy! - 0.5) < 0.15);
  assertEquals([other.count, "neighbourAccuracy" in layoutScores(points, chance)], [300, false]);
});

Deno.test("layoutScores() throws if there are too few points", () => {
  const few = ndarray("float32", [20, 2], new Float32Array(40));
  assertThrows(() => layoutScores(few, few), RangeError, "more than 20 are needed");
});
