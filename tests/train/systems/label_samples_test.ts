import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { selectLatentClassifier } from "../../../lib/latent/mod.ts";
import { scoreLabelSamples } from "../../../train/systems/label_samples.ts";

const random = new Random(0, "latents");

/** Points of two clusters in turn, with labels 1 and 4. */
function points(count: number) {
  const data = Float32Array.from(
    { length: 2 * count },
    (_, i) => (i >> 1) % 2 === 0 ? random.normal() : 9 + random.normal(),
  );
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2 === 0 ? 1 : 4);
  return { z: ndarray("float32", [count, 2], data), labels };
}

Deno.test("scoreLabelSamples() scores each sample of labels on the same test images", async () => {
  const { z: { data } } = points(200);
  const latents = ndarray("float64", [200, 2], Float64Array.from(data));
  const test = points(40);
  const { z, labels } = points(10);
  const { chosen } = await selectLatentClassifier(latents, { latents: z, labels });
  const swapped = { ...points(10), labels: labels.map((label) => label === 1 ? 4 : 1) };
  const scores = scoreLabelSamples([points(10), points(10), swapped], test, {
    latents,
    chosen,
    seed: 0,
  });
  assertEquals(scores.count, 3);
  // Two samples are right about all, the one with swapped labels about none.
  assertAlmostEquals(scores.mean, 2 / 3, 1e-9);
  assert(scores.worst === 0);
  assertAlmostEquals(scores.standardDeviation, Math.sqrt(1 / 3), 1e-9);
});
