import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { normalDistributions } from "../../../lib/latent/normal_distributions.ts";

/** Points of two classes, labels 3 and 7, whose middles are 6 apart on the first axis. */
function points() {
  const random = new Random(2);
  const predicted = Int32Array.from({ length: 200 }, (_, i) => i % 2 ? 7 : 3);
  const data = Float32Array.from(
    { length: 400 },
    (_, i) => random.normal() * (i % 2 ? 5 : 1) + (i % 2 === 0 && (i >> 1) % 2 ? 6 : 0),
  );
  return { z: ndarray("float32", [200, 2], data), predicted };
}

Deno.test("normalDistributions() has a mean for each class, and one covariance", () => {
  const { z, predicted } = points();
  const classifier = normalDistributions(z, { predicted, classes: [3, 7] });
  const [{ mixture }] = classifier.members;
  assertEquals(mixture.covariances.shape, [2, 2]);
  const mean = z.data.filter((_, i) => i % 4 === 2).reduce((a, b) => a + b) / 100;
  assertAlmostEquals(mixture.means.data[2], mean, 1e-6);
  const { labels } = classifyLatents(classifier, z);
  assert(labels.filter((label, i) => label !== predicted[i]).length < 4);
});

Deno.test("normalDistributions() adds a share of the mean variance to each", () => {
  const { z, predicted } = points();
  const variances = (ridge: number) =>
    normalDistributions(z, { predicted, classes: [3, 7], ridge }).members[0].mixture.covariances
      .data;
  const [plain, more] = [variances(0), variances(0.1)];
  assertAlmostEquals(more[0] - plain[0], more[3] - plain[3], 1e-9);
  assert(more[0] - plain[0] > 1);
  assertThrows(
    () => normalDistributions(z, { predicted, classes: [3, 5, 7] }),
    InputError,
  );
});
