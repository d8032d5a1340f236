import * as tf from "@tensorflow/tfjs-core";
import { adam } from "../../core/optimizers.ts";
import { minimize, type Step } from "../../core/step.ts";
import { trainableVariables } from "../../core/variables.ts";
import type { FewLabelsNetworks } from "./networks.ts";

/** Divides cosines: the lower, the more the nearest other images count. */
const TEMPERATURE = 0.2;

/**
 * NT-Xent (Chen et al., "A simple framework for contrastive learning of visual representations",
 * 2020, equation 1): each view is to be nearer, by cosine, to the other view of its image than to
 * all other views of the batch.
 *
 * @param first `[batch, features]`
 * @param second The other view of each image, `[batch, features]`.
 */
export function contrastLoss(first: tf.Tensor2D, second: tf.Tensor2D): tf.Scalar {
  const views = tf.concat([first, second]) as tf.Tensor2D;
  const lengths = tf.sqrt(tf.add(tf.sum(tf.square(views), 1, true), 1e-12));
  const unit = tf.div(views, lengths) as tf.Tensor2D;
  // Above 0 only by rounding, so that exp() needs no other shift.
  const largest = 1 / TEMPERATURE;
  const shifted = (cosine: tf.Tensor) => tf.exp(tf.sub(tf.div(cosine, TEMPERATURE), largest));
  const all = tf.sum(shifted(tf.matMul(unit, unit, false, true)), 1);
  // A view is no candidate for itself.
  const others = tf.sub(all, shifted(tf.sum(tf.square(unit), 1)));
  const [a, b] = tf.split(unit, 2);
  const partners = tf.div(tf.sum(tf.mul(a, b), 1), TEMPERATURE);
  return tf.sub(tf.add(tf.mean(tf.log(others)), largest), tf.mean(partners)) as tf.Scalar;
}

/** The step that learns features without labels from two augmented views of each image. */
export function contrastStep(
  { encoder, projection }: Pick<FewLabelsNetworks, "encoder" | "projection">,
): Step {
  const optimizer = adam(trainableVariables({ encoder, projection }), { beta2: 0.99 });
  return ({ first, second, learningRate }) =>
    minimize(optimizer, learningRate, () => {
      const features = encoder.apply(tf.concat([first, second]), { training: true });
      const [a, b] = tf.split(projection.apply(features as tf.Tensor) as tf.Tensor2D, 2);
      return { loss: contrastLoss(a as tf.Tensor2D, b as tf.Tensor2D) };
    });
}
