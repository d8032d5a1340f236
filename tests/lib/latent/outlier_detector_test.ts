import { assertEquals } from "@std/assert";
import { isOutlier, LEVELS } from "../../../lib/latent/outlier_detector.ts";

Deno.test("isOutlier() flags scores above 1 - rate", () => {
  assertEquals([0.5, 0.989, 0.991, 1.5].map((score) => isOutlier(score)), [
    false,
    false,
    true,
    true,
  ]);
  assertEquals([0.5, 0.89, 0.91].map((score) => isOutlier(score, 0.1)), [false, false, true]);
  // What a float32 of 1 - rate is, is not above it.
  assertEquals(isOutlier(Math.fround(0.99)), false);
});

Deno.test("LEVELS rise from 0 to 1, so that any rate can be asked for", () => {
  assertEquals([LEVELS[0], LEVELS.at(-1)], [0, 1]);
  for (let i = 1; i < LEVELS.length; i++) assertEquals(LEVELS[i] > LEVELS[i - 1], true);
});
