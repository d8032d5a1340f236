import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { clusterPriorLoss } from "../../../train/networks/cluster_prior.ts";
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
const CLUSTERS = 3;
const BETA = 0.7;
const CONSISTENCY = 2;
const images = numbers("images", BATCH * PIXELS);
const augmented = numbers("augmented", BATCH * PIXELS);
const epsilon = numbers("epsilon", BATCH * LATENT);
const centers = numbers("centers", CLUSTERS * LATENT).map((value) => 3 * value);
const assignment = [2, 0, 1];

/** The losses of the batch by TensorFlow.js. */
function losses(assigned: 0 | 1): Record<string, number> {
  return tf.tidy(() => {
    const loss = clusterPriorLoss(linearVae(), {
      centers: ndarray("float32", [CLUSTERS, LATENT], centers),
      consistency: CONSISTENCY,
    });
    const cluster = Float32Array.from(
      { length: BATCH * CLUSTERS },
      (_, i) => assignment[Math.floor(i / CLUSTERS)] === i % CLUSTERS ? 1 : 0,
    );
    const found = loss(tensors({
      images: [[BATCH, 2, 2, 1], images],
      augmented: [[BATCH, 2, 2, 1], augmented],
      epsilon: [[BATCH, LATENT], epsilon],
      cluster: [[BATCH, CLUSTERS], cluster],
      beta: [[], Float32Array.of(BETA)],
      assigned: [[], Float32Array.of(assigned)],
    }));
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, value.dataSync()[0]]),
    );
  });
}

/** |z - c_k|^2 of each cluster, in float64. */
function squares(z: readonly number[]): number[] {
  return rowsOf(centers, LATENT).map((center) =>
    center.reduce((sum, value, j) => sum + (z[j] - value) ** 2, 0)
  );
}

/** log p(z, k) of each cluster: log(1/K) - |z - c_k|^2 / 2 - d/2 log 2 pi. */
function logJoint(z: readonly number[]): number[] {
  return squares(z).map((square) =>
    -Math.log(CLUSTERS) - square / 2 - LATENT / 2 * Math.log(2 * Math.PI)
  );
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

for (const assigned of [0, 1] as const) {
  Deno.test(`clusterPriorLoss() is what its formula gives in float64, assigned ${assigned}`, async () => {
    await useBackend("cpu");
    const noise = rowsOf(epsilon, LATENT);
    const posteriors = rowsOf(images, PIXELS).map((image, i) => posteriorOf(image, noise[i]));
    const copies = rowsOf(augmented, PIXELS).map((image, i) => posteriorOf(image, noise[i]));
    const reconstruction = meanOver(BATCH, (i) => posteriors[i].reconstruction);
    const kl = meanOver(BATCH, (i) => {
      const { logVar, z } = posteriors[i];
      // The entropy of N(m, s^2) is (1 + log 2 pi s^2) / 2 of each latent variable.
      const entropy = logVar.reduce((sum, v) => sum + (1 + Math.log(2 * Math.PI) + v) / 2, 0);
      const joint = logJoint(z);
      return -entropy - (assigned ? joint[assignment[i]] : logSumExp(joint));
    });
    const consistency = meanOver(BATCH, (i) => {
      const joint = logJoint(posteriors[i].mean);
      const shares = joint.map((value, k) =>
        assigned ? Number(k === assignment[i]) : Math.exp(value - logSumExp(joint))
      );
      return squares(copies[i].mean).reduce((sum, s, k) => sum + shares[k] * s, 0) / 2;
    });

    const found = losses(assigned);
    assertAlmostEquals(found.reconstructionLoss, reconstruction, 1e-5);
    assertAlmostEquals(found.klLoss, kl, 1e-4);
    assertAlmostEquals(found.consistencyLoss, consistency, 1e-4);
    assertAlmostEquals(found.loss, reconstruction + BETA * kl + CONSISTENCY * consistency, 1e-3);
  });
}
