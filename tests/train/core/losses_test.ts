import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../lib/array/random.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { bernoulliLoss, gaussianLoss, klDivergence } from "../../../train/core/losses.ts";

await useBackend("cpu");

const BATCH = 3;
const PIXELS = 4;
const random = new Random(1, "losses");

/** `[BATCH, PIXELS]`; some too large for exp() in float32. */
const LOGITS = [...random.normals(9)].map((value) => 3 * value).concat([120, -120, 0]);
const TARGETS = Array.from({ length: 12 }, (_, i) => i % 4 < 2 ? i % 2 : random.uniform());

/** Sums `[BATCH * width]` values over each row. */
function rowSums(values: readonly number[]): number[] {
  const width = values.length / BATCH;
  return Array.from(
    { length: BATCH },
    (_, row) => values.slice(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
  );
}

/** The cross-entropy in nats of a pixel, by its definition in float64. */
function crossEntropy(logit: number, target: number): number {
  // log(sigmoid(x)) = -log(1 + exp(-x)), written so that neither sign overflows.
  const logSigmoid = (x: number) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  return -(target * logSigmoid(logit) + (1 - target) * logSigmoid(-logit));
}

function negativeLogNormal(mean: number, value: number, std: number): number {
  return 0.5 * ((value - mean) / std) ** 2 + Math.log(std * Math.sqrt(2 * Math.PI));
}

function assertClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) =>
    assertAlmostEquals(actual[i], value, tolerance * Math.max(1, Math.abs(value)))
  );
}

/** The derivative of a function by each of its arguments, from both sides. */
function finiteDifferences(fn: (x: number[]) => number, at: readonly number[]): number[] {
  const step = 1e-5;
  return at.map((value, i) =>
    (fn(at.with(i, value + step)) - fn(at.with(i, value - step))) / (2 * step)
  );
}

/** What stands for each image's weight in a sum, so that a wrong row shows in the gradient. */
const ROW_WEIGHTS = [0.5, -2, 3];

function weighted(rows: readonly number[]): number {
  return rows.reduce((sum, value, row) => sum + ROW_WEIGHTS[row] * value, 0);
}

/** The gradient of the weighted sum of a loss `[BATCH]` by its first argument. */
async function gradient(
  loss: (x: tf.Tensor) => tf.Tensor1D,
  at: readonly number[],
): Promise<ArrayLike<number>> {
  const x = tf.tensor2d([...at], [BATCH, at.length / BATCH]);
  const sum = (x: tf.Tensor) => tf.sum(tf.mul(loss(x), ROW_WEIGHTS)) as tf.Scalar;
  return await tf.grad(sum)(x).data();
}

Deno.test("bernoulliLoss() is the cross-entropy summed over the pixels of each image", async () => {
  const loss = bernoulliLoss(
    tf.tensor4d(LOGITS, [BATCH, 2, 2, 1]),
    tf.tensor4d(TARGETS, [BATCH, 2, 2, 1]),
  );
  assertEquals(loss.shape, [BATCH]);
  const expected = rowSums(LOGITS.map((logit, i) => crossEntropy(logit, TARGETS[i])));
  assertClose(await loss.data(), expected, 1e-6);
});

Deno.test("bernoulliLoss() stays finite at any logit, and is 0 where it is right", async () => {
  const loss = bernoulliLoss(
    tf.tensor2d([1e4, -1e4, 1e4, -1e4], [4, 1]),
    tf.tensor2d([1, 0, 0, 1], [4, 1]),
  );
  assertEquals([...await loss.data()], [0, 0, 1e4, 1e4]);
});

Deno.test("bernoulliLoss() has the gradient of finite differences", async () => {
  const images = tf.tensor2d(TARGETS, [BATCH, PIXELS]);
  const expected = finiteDifferences(
    (logits) => weighted(rowSums(logits.map((logit, i) => crossEntropy(logit, TARGETS[i])))),
    LOGITS,
  );
  assertClose(await gradient((x) => bernoulliLoss(x, images), LOGITS), expected, 1e-6);
});

Deno.test("gaussianLoss() is the negative log-likelihood of a normal distribution", async () => {
  const means = LOGITS.map((logit) => 1 / (1 + Math.exp(-logit)));
  for (const standardDeviation of [0.1, 1, 2.5]) {
    const loss = gaussianLoss(
      tf.tensor4d(means, [BATCH, 2, 2, 1]),
      tf.tensor4d(TARGETS, [BATCH, 2, 2, 1]),
      { standardDeviation },
    );
    assertEquals(loss.shape, [BATCH]);
    const expected = means.map((mean, i) => negativeLogNormal(mean, TARGETS[i], standardDeviation));
    assertClose(await loss.data(), rowSums(expected), 2e-6);
  }
});

Deno.test("gaussianLoss() has the gradient of finite differences", async () => {
  const means = TARGETS.map((target, i) => target + 0.1 * (i - 5));
  const images = tf.tensor2d(TARGETS, [BATCH, PIXELS]);
  const standardDeviation = 0.3;
  const expected = finiteDifferences(
    (means) =>
      weighted(
        rowSums(means.map((mean, i) => negativeLogNormal(mean, TARGETS[i], standardDeviation))),
      ),
    means,
  );
  const loss = (x: tf.Tensor) => gaussianLoss(x, images, { standardDeviation });
  assertClose(await gradient(loss, means), expected, 1e-5);
});

Deno.test("gaussianLoss() of a learned deviation is the likeliest one's, with its gradient", async () => {
  const means = TARGETS.map((target, i) => target + 0.1 * (i - 5));
  const images = tf.tensor2d(TARGETS, [BATCH, PIXELS]);
  const likelihood = (means: readonly number[]) => {
    const squares = means.map((mean, i) => (mean - TARGETS[i]) ** 2);
    const deviation = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
    return rowSums(means.map((mean, i) => negativeLogNormal(mean, TARGETS[i], deviation)));
  };
  const learned = (x: tf.Tensor) => gaussianLoss(x, images, { standardDeviation: 0 });
  const x = tf.tensor2d(means, [BATCH, PIXELS]);
  const found = [...await learned(x).data()];
  assertClose(found, likelihood(means), 2e-6);
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b);
  for (const standardDeviation of [0.05, 0.2, 0.5, 1]) {
    const other = await gaussianLoss(x, images, { standardDeviation }).data();
    assert(total(found) <= total([...other]) + 1e-4, `${standardDeviation}`);
  }
  const expected = finiteDifferences((means) => weighted(likelihood(means)), means);
  assertClose(await gradient(learned, means), expected, 1e-5);
  const same = await gaussianLoss(images, images, { standardDeviation: 0 }).data();
  assert([...same].every(Number.isFinite));
});

/** Two latent variables an image: means, then log variances. */
const Z_MEAN = [0, 0, 1.5, -0.7, -3, 0.2];
const Z_LOG_VAR = [0, 0, -2, 1, 0.3, -9];

/** KL(N(m, v) || N(0, 1)) in its textbook form, with the logarithm of the ratio of deviations. */
function normalDivergence(mean: number, logVar: number): number {
  const std = Math.sqrt(Math.exp(logVar));
  return Math.log(1 / std) + (std ** 2 + mean ** 2) / 2 - 0.5;
}

Deno.test("klDivergence() is the closed form, and 0 at the prior", async () => {
  const divergence = await klDivergence(tf.tensor2d(Z_MEAN, [3, 2]), tf.tensor2d(Z_LOG_VAR, [3, 2]))
    .data();
  assertClose(
    divergence,
    rowSums(Z_MEAN.map((mean, i) => normalDivergence(mean, Z_LOG_VAR[i]))),
    1e-6,
  );
  assert(divergence[0] === 0);
});

Deno.test("klDivergence() is the mean of the log ratio of the densities", async () => {
  const [mean, logVar] = [0.8, -1.2];
  const std = Math.exp(logVar / 2);
  const count = 200_000;
  const noise = new Random(4, "monte carlo").normals(count);
  const sum = noise.reduce((sum, epsilon) => {
    const z = mean + std * epsilon;
    return sum + negativeLogNormal(0, z, 1) - negativeLogNormal(mean, z, std);
  }, 0);
  const divergence = await klDivergence(tf.tensor2d([[mean]]), tf.tensor2d([[logVar]])).data();
  // The log ratio has a standard deviation of about 0.7: this is six of its standard errors.
  assertAlmostEquals(divergence[0], sum / count, 0.01);
});

Deno.test("klDivergence() has the gradient of finite differences in both arguments", async () => {
  const tensor = (values: readonly number[]) => tf.tensor2d([...values], [BATCH, 2]);
  const byMean = finiteDifferences(
    (means) => weighted(rowSums(means.map((mean, i) => normalDivergence(mean, Z_LOG_VAR[i])))),
    Z_MEAN,
  );
  const meanLoss = (x: tf.Tensor) => klDivergence(x as tf.Tensor2D, tensor(Z_LOG_VAR));
  assertClose(await gradient(meanLoss, Z_MEAN), byMean, 1e-6);

  const byLogVar = finiteDifferences(
    (logVars) => weighted(rowSums(logVars.map((logVar, i) => normalDivergence(Z_MEAN[i], logVar)))),
    Z_LOG_VAR,
  );
  const varLoss = (x: tf.Tensor) => klDivergence(tensor(Z_MEAN), x as tf.Tensor2D);
  assertClose(await gradient(varLoss, Z_LOG_VAR), byLogVar, 1e-6);
  assert(byLogVar.some((value) => Math.abs(value) > 0.1));
});
