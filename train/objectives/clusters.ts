import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import type { Model } from "../models/mod.ts";
import { encodePair } from "./elbo.ts";
import { type Losses, type Objective, reparameterize, stopGradient } from "./objective.ts";

/** Options for {@linkcode clusterObjective}. */
export interface ClusterOptions {
  /** Where the prior has its clusters, `[clusters, latentDim]`. */
  centers: NdArray<"float32">;
  /** The weight of the distance between a warped copy's latent mean and its image's cluster. */
  consistency: number;
}

/**
 * The negative evidence lower bound under a prior of unit normal distributions about fixed centres,
 * each as likely as the others, with the encoder held to one cluster under small warps. Without the
 * fixed centres and the warps it would be VaDE (Jiang et al., "Variational Deep Embedding", 2017);
 * refitting the centres as that does breaks good clusters up.
 *
 *     reconstruction + beta (-entropy of q(z|x) - log p(z)) + consistency * sum_k r_k |mean(warped x) - c_k|^2 / 2
 *
 * r_k is the share of centre c_k in the image's own latent mean, no gradient passing through it.
 * While `frozen` is 1, r is the cluster that the image was in before (row input `cluster`, one-hot),
 * which log p(z) then counts alone: so the clusters travel whole to their centres.
 */
export function clusterObjective(
  model: Model,
  { centers, consistency }: ClusterOptions,
): Objective {
  const [clusters, latentDim] = centers.shape;
  const logWeight = -Math.log(clusters) - 0.5 * latentDim * Math.log(2 * Math.PI);

  /** |z - c_k|^2, `[batch, clusters]`. */
  const squaredDistances = (z: tf.Tensor2D) => {
    const corners = tf.tensor(centers.data, [1, clusters, latentDim]);
    // Not tf.squaredDifference, whose gradient does not know of broadcasting.
    return tf.sum(tf.square(tf.sub(tf.expandDims(z, 1), corners)), 2) as tf.Tensor2D;
  };
  /** log p(z, k), `[batch, clusters]`. */
  const logJoint = (z: tf.Tensor2D) => tf.add(tf.mul(squaredDistances(z), -0.5), logWeight);
  /** -entropy of q(z|x) - log p(z), `[batch]`. */
  const divergence = (zLogVar: tf.Tensor2D, logPrior: tf.Tensor) => {
    const entropy = tf.mul(tf.sum(tf.add(zLogVar, 1 + Math.log(2 * Math.PI)), 1), 0.5);
    return tf.sub(tf.neg(entropy), logPrior);
  };
  const combine = (reconstruction: tf.Tensor, kl: tf.Tensor, beta: tf.Scalar) => {
    const reconstructionLoss = tf.mean(reconstruction) as tf.Scalar;
    const klLoss = tf.mean(kl) as tf.Scalar;
    const loss = tf.add(reconstructionLoss, tf.mul(klLoss, beta)) as tf.Scalar;
    return { loss, reconstructionLoss, klLoss };
  };

  return {
    rows: { images: model.imageShape, warped: model.imageShape, cluster: [clusters] },
    scalars: ["beta", "frozen"],
    lossNames: ["loss", "reconstructionLoss", "klLoss", "consistencyLoss"],
    elbo({ images, epsilon, beta }) {
      const posterior = model.encode(images);
      const z = reparameterize(posterior, epsilon);
      const kl = divergence(posterior.zLogVar, tf.logSumExp(logJoint(z), 1));
      return combine(model.reconstructionLoss(z, images), kl, beta);
    },
    losses(inputs) {
      const { images, epsilon, beta, cluster, frozen } = inputs;
      const { posterior, warpedMean } = encodePair(model, inputs);
      const z = reparameterize(posterior, epsilon);
      const joint = logJoint(z);
      const mix = (whenFrozen: tf.Tensor, else_: tf.Tensor) =>
        tf.add(tf.mul(whenFrozen, frozen), tf.mul(else_, tf.sub(1, frozen)));
      const logPrior = mix(tf.sum(tf.mul(cluster, joint), 1), tf.logSumExp(joint, 1));
      const shares = mix(cluster, posteriorShares(logJoint(stopGradient(posterior.zMean))));
      const parts = combine(
        model.reconstructionLoss(z, images),
        divergence(posterior.zLogVar, logPrior),
        beta,
      );
      const pull = tf.sum(tf.mul(shares, squaredDistances(warpedMean)), 1);
      const consistencyLoss = tf.mul(tf.mean(pull), 0.5) as tf.Scalar;
      const loss = tf.add(parts.loss, tf.mul(consistencyLoss, consistency)) as tf.Scalar;
      return { ...parts, loss, consistencyLoss } as Losses;
    },
  };
}

/** p(k | z) from log p(z, k). */
function posteriorShares(joint: tf.Tensor): tf.Tensor {
  return tf.exp(tf.sub(joint, tf.logSumExp(joint, 1, true)));
}
