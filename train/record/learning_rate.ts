import type * as tf from "@tensorflow/tfjs-core";
import { recordedTensor } from "./register.ts";
import { recordKernel } from "./kernels/rules.ts";
import type { Recorded } from "./recording/recorded.ts";
import { withPlaceholder } from "./recording/placeholder.ts";

/** What optimizers have in common that TensorFlow.js does not declare. */
interface LearningRateHolder {
  learningRate: number;
  /** The optimizers that keep their rate as a tensor change it by this. */
  setLearningRate?(learningRate: number): void;
}

/** Optimizers whose learning rate is replaced now. */
let replaced = 0;

/**
 * Runs a function, while recording, in which the learning rate of an optimizer of TensorFlow.js is a
 * tensor: an input of the graph, so that a schedule changes it without recording anew.
 */
export function withLearningRate<T>(optimizer: tf.Optimizer, rate: tf.Tensor, fn: () => T): T {
  const holder = optimizer as unknown as LearningRateHolder;
  const { learningRate } = holder;
  if (typeof learningRate !== "number") {
    throw new TypeError(
      `Cannot schedule the learning rate: ${optimizer.getClassName()} has none`,
    );
  }
  const setLearningRate = (value: number) => {
    if (holder.setLearningRate === undefined) holder.learningRate = value;
    else holder.setLearningRate(value);
  };
  const recorded = recordedTensor(rate);
  const negative = recordKernel("Neg", { x: recorded }, {}) as Recorded;
  // A number that no other scalar of a training has; one for each optimizer.
  const mark = 0.0173205081 + 1e-4 * replaced++;
  try {
    // Inside, because an optimizer may keep its negative as a tensor from here on.
    return withPlaceholder(mark, recorded, () =>
      withPlaceholder(-mark, negative, () => {
        setLearningRate(mark);
        return fn();
      }));
  } finally {
    replaced--;
    setLearningRate(learningRate);
  }
}
