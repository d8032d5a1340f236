import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { stopGradient } from "./stop_gradient.ts";
import { encodePair, reparameterize, type Vae, type VaeLosses } from "./vae.ts";

/** Options for {@linkcode clusterPriorLoss}. */
export interface ClusterPriorOptions {
  /** The means of the prior's components, `[clusters, latentDim]`. */
  centers: NdArray<"float32">;
  /** The weight of the distance of an augmented copy to its image's cluster; 0 needs no copies. */
  consistency: number;
}

/**
 * The losses of a batch under a mixture prior of equally weighted unit normal distributions with
 * fixed centres c_k, in nats per image. Without the fixed centres and the augmented copies it would
 * be VaDE (Jiang et al., "Variational Deep Embedding", 2017), whose refitted centres break good
 * clusters up.
 *
 *     loss = reconstruction + beta (-entropy of q(z|x) - log p(z))
 *            + consistency * sum_k r_k |mean(augmented x) - c_k|^2 / 2
 *
 * r_k is the probability of centre c_k given mean(x), no gradient passing through it. While the
 * scalar `assigned` is 1, r is the one-hot input `cluster`, the cluster that k-means found for the
 * image, and log p(z) counts that cluster alone: so whole clusters move to their centres.
 *
 * @returns A function of `images` and `augmented` `[batch, height, width, channels]`, `epsilon`
 * `[batch, latentDim]`, `cluster` `[batch, clusters]`, and the scalars `beta` and `assigned`.
 */
export function clusterPriorLoss(
  vae: Vae,
  { centers, consistency }: ClusterPriorOptions,
): VaeLosses {
  const [clusters, latentDim] = centers.shape;
  const logWeight = -Math.log(clusters) - 0.5 * latentDim * Math.log(2 * Math.PI);

  /** |z - c_k|^2, `[batch, clusters]`. */
  const squaredDistances = (z: tf.Tensor2D) => {
    const means = tf.tensor(centers.data, [1, clusters, latentDim]);
    // Not tf.squaredDifference, whose gradient does not know of broadcasting.
    return tf.sum(tf.square(tf.sub(tf.expandDims(z, 1), means)), 2) as tf.Tensor2D;
  };
  /** log p(z, k), `[batch, clusters]`. */
  const logJoint = (z: tf.Tensor2D) => tf.add(tf.mul(squaredDistances(z), -0.5), logWeight);

  return ({ images, augmented, epsilon, beta, cluster, assigned }) => {
    const choose = (whenAssigned: tf.Tensor, otherwise: tf.Tensor) =>
      tf.add(tf.mul(whenAssigned, assigned), tf.mul(otherwise, tf.sub(1, assigned)));
    const pair = consistency === 0 ? undefined : encodePair(vae, images, augmented);
    const posterior = pair?.posterior ?? vae.encode(images);
    const z = reparameterize(posterior, epsilon);
    const joint = logJoint(z);
    const logPrior = choose(tf.sum(tf.mul(cluster, joint), 1), tf.logSumExp(joint, 1));
    const entropy = tf.mul(tf.sum(tf.add(posterior.zLogVar, 1 + Math.log(2 * Math.PI)), 1), 0.5);
    const reconstructionLoss = tf.mean(vae.reconstructionLoss(z, images)) as tf.Scalar;
    const klLoss = tf.mean(tf.sub(tf.neg(entropy), logPrior)) as tf.Scalar;
    const loss = tf.add(reconstructionLoss, tf.mul(klLoss, beta)) as tf.Scalar;
    if (pair === undefined) return { loss, reconstructionLoss, klLoss };
    const shares = choose(cluster, tf.softmax(logJoint(stopGradient(posterior.zMean))));
    const distances = tf.sum(tf.mul(shares, squaredDistances(pair.augmentedMean)), 1);
    const consistencyLoss = tf.mul(tf.mean(distances), 0.5) as tf.Scalar;
    return {
      loss: tf.add(loss, tf.mul(consistencyLoss, consistency)) as tf.Scalar,
      reconstructionLoss,
      klLoss,
      consistencyLoss,
    };
  };
}
