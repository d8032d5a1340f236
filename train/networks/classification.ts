import * as tf from "@tensorflow/tfjs-core";
import { createOptimizer, type OptimizerOptions } from "../core/optimizers.ts";
import { type Batch, minimize, type Step } from "../core/step.ts";
import { type Networks, trainableVariables } from "../core/variables.ts";

/** Options for {@linkcode classification}. */
export interface ClassificationOptions extends OptimizerOptions {
  /** The weight of each class in the loss, `[classes]`. */
  classWeights: readonly number[];
  /** Weight of the sum of the squared kernels in the loss. */
  l2: number;
  /** The share of the target that all classes have alike. @default {0} */
  labelSmoothing?: number;
}

/** How networks learn to classify. */
export interface Classification {
  /** As the step's, without dropout and without an update. */
  readonly losses: Step;
  /**
   * Of what the logits are of, `labels`, an index of a class each, the scalar `learningRate`, and
   * where examples have weights `weight`, one each.
   */
  readonly step: Step;
}

/**
 * Trains networks by cross-entropy, with smoothed labels (Szegedy et al., "Rethinking the Inception
 * Architecture for Computer Vision", 2015, section 7) and weights of classes and examples, whose mean
 * is to be 1: `mean over the batch of weight_i classWeight_i (-sum_c target_c log p_c)`.
 *
 * @param networks What is trained.
 * @param logitsOf Of a batch, `[batch, classes]`.
 */
export function classification(
  networks: Networks,
  logitsOf: (batch: Batch, training: boolean) => tf.Tensor2D,
  { classWeights, l2, labelSmoothing = 0, ...training }: ClassificationOptions,
): Classification {
  const classes = classWeights.length;
  const variables = trainableVariables(networks);
  const kernels = variables.filter(({ shape }) => shape.length > 1);
  const optimizer = createOptimizer(variables, training);
  const losses = (batch: Batch, training: boolean) => {
    const { labels, weight } = batch;
    const logits = logitsOf(batch, training);
    const actual = tf.oneHot(tf.cast(labels, "int32") as tf.Tensor1D, classes, 1, 0, "float32");
    const target = labelSmoothing === 0
      ? actual
      : tf.add(tf.mul(actual, 1 - labelSmoothing), labelSmoothing / classes);
    const logLikelihood = tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1);
    const ofClass = tf.sum(tf.mul(actual, tf.tensor1d([...classWeights])), 1);
    const weights = weight === undefined ? ofClass : tf.mul(ofClass, weight);
    const crossEntropy = tf.mean(tf.neg(tf.mul(weights, logLikelihood))) as tf.Scalar;
    const penalty = kernels.map((kernel) => tf.mul(tf.sum(tf.square(kernel)), l2));
    const predicted = tf.cast(tf.argMax(logits, 1), "float32");
    const correct = tf.cast(tf.equal(predicted, tf.cast(labels, "float32")), "float32");
    return {
      loss: (l2 === 0 ? crossEntropy : tf.addN([crossEntropy, ...penalty])) as tf.Scalar,
      accuracy: tf.mean(correct) as tf.Scalar,
    };
  };
  return {
    losses: (batch) => losses(batch, false),
    step: (batch) => minimize(optimizer, batch.learningRate, () => losses(batch, true)),
  };
}
