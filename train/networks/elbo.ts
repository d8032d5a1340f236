import * as tf from "@tensorflow/tfjs-core";
import { klDivergence } from "../core/losses.ts";
import { stopGradient } from "./stop_gradient.ts";
import { encodePair, reparameterize, type Vae, type VaeLosses } from "./vae.ts";

/** Options for {@linkcode negativeElbo}. */
export interface ElboOptions {
  /** The weight of the augmentation consistency loss; 0 needs no augmented copies. */
  consistency: number;
}

/**
 * The losses of a batch under the prior N(0, I), in nats per image: the negative evidence lower bound
 * (Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, equation 3) with the KL divergence
 * weighted by beta (Higgins et al., "beta-VAE", 2017), and the distance between the latent means of
 * images and of their augmented copies:
 *
 *     loss = reconstruction + beta KL + consistency * |mean(augmented x) - mean(x)|^2 / 2
 *
 * No gradient passes through mean(x) there: augmented copies are pulled to their image, not it to
 * them.
 *
 * @returns A function of `images` and `augmented` `[batch, height, width, channels]`, `epsilon`
 * `[batch, latentDim]` and the scalar `beta`.
 */
export function negativeElbo(vae: Vae, { consistency }: ElboOptions): VaeLosses {
  return ({ images, augmented, epsilon, beta }) => {
    const pair = consistency === 0 ? undefined : encodePair(vae, images, augmented);
    const posterior = pair?.posterior ?? vae.encode(images);
    const z = reparameterize(posterior, epsilon);
    const reconstructionLoss = tf.mean(vae.reconstructionLoss(z, images)) as tf.Scalar;
    const klLoss = tf.mean(klDivergence(posterior.zMean, posterior.zLogVar)) as tf.Scalar;
    const loss = tf.add(reconstructionLoss, tf.mul(klLoss, beta)) as tf.Scalar;
    if (pair === undefined) return { loss, reconstructionLoss, klLoss };
    const squares = tf.squaredDifference(pair.augmentedMean, stopGradient(posterior.zMean));
    const consistencyLoss = tf.mul(tf.mean(tf.sum(squares, 1)), 0.5) as tf.Scalar;
    return {
      loss: tf.add(loss, tf.mul(consistencyLoss, consistency)) as tf.Scalar,
      reconstructionLoss,
      klLoss,
      consistencyLoss,
    };
  };
}
