import { checkConstraints, isNumberFrom } from "../../lib/constraints.ts";
import * as tf from "@tensorflow/tfjs-core";

/** How a decoder's output is read as a distribution of pixels. */
export type Reconstruction = "bernoulli" | "gaussian";

/**
 * The negative log-likelihood of pixels in [0, 1] under independent Bernoulli variables, in nats:
 * binary cross-entropy summed over the pixels of each image.
 *
 * @param logits The log-odds, `[batch, …]`.
 * @param images The pixels, of the same shape.
 * @returns `[batch]`.
 */
export function bernoulliLoss(logits: tf.Tensor, images: tf.Tensor): tf.Tensor1D {
  const loss = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [x, target] = args as tf.Tensor[];
    save([x, target]);
    // softplus(x) - x target, with softplus(x) = max(x, 0) - log(sigmoid(|x|)): no exponential
    // overflows, and the kernels it needs are vectorized on every engine, which softplus is not.
    const softplus = tf.sub(tf.relu(x), tf.log(tf.sigmoid(tf.abs(x))));
    return {
      value: tf.sum(tf.sub(softplus, tf.mul(x, target)), 1),
      // The gradient is sigmoid(x) - target; term by term it would take twice the passes.
      gradFunc: (dy: tf.Tensor, [x, target]: tf.Tensor[]) => [
        tf.mul(tf.sub(tf.sigmoid(x), target), tf.expandDims(dy, 1)),
        tf.zerosLike(target),
      ],
    };
  });
  return loss(flatten(logits), flatten(images)) as tf.Tensor1D;
}

/** Of a learned standard deviation: images that are all alike would have none. */
const LEAST_VARIANCE = 1e-6;

/**
 * The negative log-likelihood of pixels under independent normal variables, in nats: squared error
 * over twice the variance plus the log of the normalizer, summed over the pixels of each image.
 *
 * @param means The expected pixels, `[batch, …]`.
 * @param images The pixels, of the same shape.
 * @param standardDeviation In units of a pixel's range [0, 1]. 0 takes the one that makes the batch most
 * likely, which is the root of its mean squared error, at least 0.001 (Rybkin et al., "Simple and
 * Effective VAE Training with Calibrated Decoders", 2021, equation 6).
 * @returns `[batch]`.
 */
export function gaussianLoss(
  means: tf.Tensor,
  images: tf.Tensor,
  { standardDeviation }: { standardDeviation: number },
): tf.Tensor1D {
  // Of a smaller one the square is lost in float32.
  checkConstraints({ standardDeviation }, [
    [
      "standardDeviation",
      "0 or a number of 1e-9 or more",
      (value) => value === 0 || isNumberFrom(1e-9)(value),
    ],
  ], "compute a loss");
  const squares = tf.sum(tf.squaredDifference(flatten(means), flatten(images)), 1);
  const pixels = tf.util.sizeFromShape(means.shape.slice(1));
  if (standardDeviation === 0) {
    const variance = tf.maximum(tf.div(tf.mean(squares), pixels), LEAST_VARIANCE);
    const logNormalizer = tf.mul(tf.log(tf.mul(variance, 2 * Math.PI)), pixels / 2);
    return tf.add(tf.div(squares, tf.mul(variance, 2)), logNormalizer);
  }
  const logNormalizer = pixels * (Math.log(standardDeviation) + 0.5 * Math.log(2 * Math.PI));
  return tf.add(tf.mul(squares, 0.5 / standardDeviation ** 2), logNormalizer);
}

/**
 * The divergence KL(q(z|x) || N(0, I)) of a diagonal normal distribution, in nats (Kingma and
 * Welling, "Auto-Encoding Variational Bayes", 2013, appendix B).
 *
 * @param zMean `[batch, latentDim]`.
 * @param zLogVar The log of the variances, `[batch, latentDim]`.
 * @returns `[batch]`.
 */
export function klDivergence(zMean: tf.Tensor2D, zLogVar: tf.Tensor2D): tf.Tensor1D {
  const perDimension = tf.sub(
    tf.sub(tf.add(zLogVar, 1), tf.square(zMean)),
    tf.exp(zLogVar),
  );
  return tf.mul(tf.sum(perDimension, 1), -0.5);
}

/**
 * The divergence KL(q || p) of diagonal normal distributions, in nats:
 *
 *     sum over dimensions of (log vp - log vq + (vq + (mq - mp)^2) / vp - 1) / 2
 *
 * @returns `[batch]`.
 */
export function gaussianDivergence(q: Gaussian, p: Gaussian): tf.Tensor1D {
  const difference = tf.sub(p.zLogVar, q.zLogVar);
  const squares = tf.mul(tf.squaredDifference(q.zMean, p.zMean), tf.exp(tf.neg(p.zLogVar)));
  const ratio = tf.add(tf.exp(tf.neg(difference)), squares);
  return tf.mul(tf.sum(tf.sub(tf.add(difference, ratio), 1), 1), 0.5);
}

/** Diagonal normal distributions: means and log variances, `[batch, latentDim]` each. */
interface Gaussian {
  readonly zMean: tf.Tensor2D;
  readonly zLogVar: tf.Tensor2D;
}

/** `[batch, …]` -> `[batch, pixels]`. */
function flatten(images: tf.Tensor): tf.Tensor2D {
  return tf.reshape(images, [images.shape[0], -1]);
}
