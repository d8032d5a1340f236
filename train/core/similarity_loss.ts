import * as tf from "@tensorflow/tfjs-core";

/** The side of the uniform window, as {@linkcode structuralSimilarity} of the metrics has it. */
export const SIMILARITY_WINDOW = 7;

/**
 * 1 - SSIM (Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity",
 * 2004) of pairs of images with pixels in [0, 1]: uniform window of 7x7, sample covariance, mean over
 * the pixels whose window lies inside the image and over channels. It is what the metrics measure, as
 * a loss.
 *
 * @param a `[batch, height, width, channels]`, at least 7x7.
 * @returns `[batch]`
 */
export function dissimilarity(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D {
  const area = SIMILARITY_WINDOW ** 2;
  // Rows, then columns: 14 sums a pixel in place of 49.
  const mean = (x: tf.Tensor) =>
    [[SIMILARITY_WINDOW, 1], [1, SIMILARITY_WINDOW]].reduce(
      (x, window) => tf.avgPool(x, window as [number, number], 1, "valid"),
      x as tf.Tensor4D,
    );
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = (x: tf.Tensor, y: tf.Tensor, product: tf.Tensor) =>
    tf.mul(tf.sub(mean(tf.mul(x, y)), product), area / (area - 1));
  const [aa, bb, ab] = [tf.square(meanA), tf.square(meanB), tf.mul(meanA, meanB)];
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  const similarity = tf.div(
    tf.mul(tf.add(tf.mul(ab, 2), c1), tf.add(tf.mul(covariance(a, b, ab), 2), c2)),
    tf.mul(
      tf.add(tf.add(aa, bb), c1),
      tf.add(tf.add(covariance(a, a, aa), covariance(b, b, bb)), c2),
    ),
  );
  return tf.sub(1, tf.mean(tf.reshape(similarity, [a.shape[0], -1]), 1)) as tf.Tensor1D;
}
