import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { meanPosteriors, sharpTargets } from "../../../../train/systems/few_labels/targets.ts";

Deno.test("sharpTargets() sharpens, keeps labels, and counts uncertain images less", () => {
  const data = Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.8, 0.2, 0.2, 0.8, 0.5, 0.5);
  const posteriors = ndarray("float32", [5, 2], data);
  const prior = Float64Array.of(0.5, 0.5);
  const targets = sharpTargets({ posteriors, prior }, Int32Array.of(0, 1));
  const { data: sharp } = targets.probabilities;
  assertEquals([...sharp.slice(0, 4)], [1, 0, 0, 1]);
  assertAlmostEquals(sharp[4], 0.64 / 0.68, 1e-3);
  assertEquals(targets.weights[0], 1);
  assert(targets.weights[2] > 0.5 && targets.weights[4] < 0.01);
  assertEquals([...targets.labelledWeights], [1, 1]);
});

Deno.test("meanPosteriors() averages", () => {
  const a = ndarray("float32", [1, 2], Float32Array.of(1, 0));
  const b = ndarray("float32", [1, 2], Float32Array.of(0.5, 0.5));
  assertEquals([...meanPosteriors([a, b]).data], [0.75, 0.25]);
});
