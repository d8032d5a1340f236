import { assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { negativeElbo } from "../../../train/networks/elbo.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import {
  LATENT,
  linearVae,
  meanOver,
  numbers,
  PIXELS,
  posteriorOf,
  rowsOf,
  tensors,
} from "./linear_vae.ts";

const BATCH = 3;
const BETA = 0.7;
const images = numbers("images", BATCH * PIXELS);
const augmented = numbers("augmented", BATCH * PIXELS);
const epsilon = numbers("epsilon", BATCH * LATENT);

/** The losses of the batch by TensorFlow.js. */
function losses(consistency: number): Record<string, number> {
  return tf.tidy(() => {
    const found = negativeElbo(linearVae(), { consistency })(tensors({
      images: [[BATCH, 2, 2, 1], images],
      augmented: [[BATCH, 2, 2, 1], augmented],
      epsilon: [[BATCH, LATENT], epsilon],
      beta: [[], Float32Array.of(BETA)],
    }));
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, value.dataSync()[0]]),
    );
  });
}

Deno.test("negativeElbo() is what its formula gives in float64", async () => {
  await useBackend("cpu");
  const [x, copies, noise] = [
    rowsOf(images, PIXELS),
    rowsOf(augmented, PIXELS),
    rowsOf(epsilon, LATENT),
  ];
  const posteriors = x.map((image, i) => posteriorOf(image, noise[i]));
  const reconstruction = meanOver(BATCH, (i) => posteriors[i].reconstruction);
  // KL(N(m, s^2) || N(0, 1)) = (s^2 + m^2 - 1 - log s^2) / 2 of each latent variable.
  const kl = meanOver(BATCH, (i) => {
    const { mean, logVar } = posteriors[i];
    return mean.reduce((sum, m, j) => sum + (Math.exp(logVar[j]) + m * m - 1 - logVar[j]) / 2, 0);
  });
  const consistency = meanOver(BATCH, (i) => {
    const { mean } = posteriorOf(copies[i], noise[i]);
    return mean.reduce((sum, m, j) => sum + (m - posteriors[i].mean[j]) ** 2, 0) / 2;
  });

  const plain = losses(0);
  assertEquals(Object.keys(plain), ["loss", "reconstructionLoss", "klLoss"]);
  assertAlmostEquals(plain.reconstructionLoss, reconstruction, 1e-5);
  assertAlmostEquals(plain.klLoss, kl, 1e-5);
  assertAlmostEquals(plain.loss, reconstruction + BETA * kl, 1e-5);
  const consistent = losses(10);
  assertAlmostEquals(consistent.consistencyLoss, consistency, 1e-5);
  assertAlmostEquals(consistent.loss, reconstruction + BETA * kl + 10 * consistency, 1e-4);
});

Deno.test("negativeElbo() passes no gradient of the consistency loss through the images' means", async () => {
  await useBackend("cpu");
  const gradient = tf.tidy(() => {
    const batch = tensors({
      augmented: [[BATCH, 2, 2, 1], augmented],
      epsilon: [[BATCH, LATENT], epsilon],
      beta: [[], Float32Array.of(BETA)],
    });
    const loss = (consistency: number) => (x: tf.Tensor) =>
      negativeElbo(linearVae(), { consistency })({ ...batch, images: x }).loss;
    const x = tf.tensor(images, [BATCH, 2, 2, 1]);
    return [0, 10].map((weight) => [...tf.grad(loss(weight))(x).dataSync()]);
  });
  gradient[0].forEach((value, i) => assertAlmostEquals(gradient[1][i], value, 1e-5));
});
