import * as tf from "@tensorflow/tfjs-core";
import { klDivergence } from "../core/losses.ts";
import type { Model, Posterior } from "../models/mod.ts";
import { type Losses, type Objective, reparameterize, stopGradient } from "./objective.ts";

/** Options for {@linkcode elboObjective}. */
export interface ElboOptions {
  /**
   * The weight of the distance between an image's latent mean and that of a warped copy of it; 0
   * leaves warped copies out.
   *
   * @default {0}
   */
  consistency?: number;
}

/**
 * The negative evidence lower bound under the prior N(0, I) (Kingma and Welling, "Auto-Encoding
 * Variational Bayes", 2013, equation 3, with the KL divergence weighted by beta as in Higgins et
 * al., "beta-VAE", 2017), and on request the consistency of the encoder under small warps:
 *
 *     reconstruction + beta KL + consistency * |mean(warped x) - mean(x)|^2 / 2
 *
 * The mean of the image itself is held fixed there: views are drawn to it, not it to them.
 */
export function elboObjective(model: Model, { consistency = 0 }: ElboOptions = {}): Objective {
  const elbo = (
    posterior: Posterior,
    { images, epsilon, beta }: Parameters<Objective["elbo"]>[0],
  ) => {
    const z = reparameterize(posterior, epsilon);
    const reconstructionLoss = tf.mean(model.reconstructionLoss(z, images)) as tf.Scalar;
    const klLoss = tf.mean(klDivergence(posterior.zMean, posterior.zLogVar)) as tf.Scalar;
    const loss = tf.add(reconstructionLoss, tf.mul(klLoss, beta)) as tf.Scalar;
    return { loss, reconstructionLoss, klLoss };
  };
  const isPlain = consistency === 0;
  return {
    rows: { images: model.imageShape, ...isPlain ? {} : { warped: model.imageShape } },
    scalars: ["beta"],
    lossNames: ["loss", "reconstructionLoss", "klLoss", ...isPlain ? [] : ["consistencyLoss"]],
    elbo: (inputs) => elbo(model.encode(inputs.images), inputs),
    losses(inputs) {
      if (isPlain) return elbo(model.encode(inputs.images), inputs);
      const { posterior, warpedMean } = encodePair(model, inputs);
      const squares = tf.squaredDifference(warpedMean, stopGradient(posterior.zMean));
      const consistencyLoss = tf.mul(tf.mean(tf.sum(squares, 1)), 0.5) as tf.Scalar;
      const parts = elbo(posterior, inputs);
      const loss = tf.add(parts.loss, tf.mul(consistencyLoss, consistency)) as tf.Scalar;
      return { ...parts, loss, consistencyLoss } as Losses;
    },
  };
}

/** Encodes images and their warped copies as one batch: larger products, and one gradient each. */
export function encodePair(
  model: Model,
  { images, warped }: Readonly<Record<string, tf.Tensor>>,
): { posterior: Posterior; warpedMean: tf.Tensor2D } {
  const both = model.encode(tf.concat([images, warped], 0) as tf.Tensor4D);
  const [zMean, warpedMean] = tf.split(both.zMean, 2, 0) as tf.Tensor2D[];
  const [zLogVar] = tf.split(both.zLogVar, 2, 0) as tf.Tensor2D[];
  return { posterior: { zMean, zLogVar }, warpedMean };
}
