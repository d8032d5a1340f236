import * as tf from "@tensorflow/tfjs-core";
import { dissimilarity } from "../core/similarity_loss.ts";
import type { Vae } from "./vae.ts";

/** Weights of an image's summed squared error and of 1 - SSIM. */
const WEIGHTS = { squares: 20, dissimilarity: 400 } as const;

/**
 * The same networks with another reconstruction loss, in place of the likelihood of pixels: what
 * reconstructions are scored by (Zhao et al., "Loss Functions for Image Restoration with Neural
 * Networks", 2017).
 *
 *     20 |decoded - x|^2 + 400 (1 - SSIM)
 */
export function sharpened(vae: Vae): Vae {
  return {
    ...vae,
    reconstructionLoss(z, images) {
      const decoded = vae.decode(z);
      const squares = tf.sum(tf.squaredDifference(decoded, images), [1, 2, 3]);
      return tf.add(
        tf.mul(squares, WEIGHTS.squares),
        tf.mul(dissimilarity(decoded, images as tf.Tensor4D), WEIGHTS.dissimilarity),
      ) as tf.Tensor1D;
    },
  };
}
