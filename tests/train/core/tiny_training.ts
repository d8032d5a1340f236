import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import type { Feed } from "../../../train/core/feed.ts";
import { adam, type Optimizer } from "../../../train/core/optimizers.ts";
import { type Batch, minimize, type Step } from "../../../train/core/step.ts";

/** A training of a few numbers, with an optimizer, a moving average, noise and dropout. */
export interface TinyTraining {
  readonly step: Step;
  /** Losses without an update. */
  readonly losses: Step;
  readonly feed: Feed;
  readonly optimizer: Optimizer;
  /** All that the step assigns, by stable names. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  dispose(): void;
}

/** @param options `dropout` is the rate at which inputs are dropped; it draws in the step itself. */
export function tinyTraining({ dropout = 0, count = 50 } = {}): TinyTraining {
  const random = new Random(1, "tiny");
  const create = (shape: number[]) =>
    tf.tidy(() => tf.variable(tf.tensor(random.normals(shape[0] * shape[1]), shape)));
  const weights = [create([4, 3]), create([3, 2])];
  const average = tf.tidy(() => tf.variable(tf.zeros([3]), false));
  const optimizer = adam(weights);
  const forward = ({ images, noise, labels }: Batch) => {
    const hidden = tf.relu(tf.matMul(tf.add(images, tf.mul(noise, 0.1)), weights[0]));
    const logits = tf.matMul(hidden, weights[1]) as tf.Tensor2D;
    const oneHot = tf.oneHot(tf.cast(labels, "int32"), 2);
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), 1))) as tf.Scalar;
    const activity = tf.mean(hidden) as tf.Scalar;
    return { hidden, losses: { loss, activity } };
  };
  const step: Step = (batch) => {
    const images = dropout > 0 ? tf.dropout(batch.images, dropout) : batch.images;
    const losses = minimize(
      optimizer,
      batch.learningRate,
      () => forward({ ...batch, images }).losses,
    );
    const { hidden } = forward(batch);
    average.assign(tf.add(tf.mul(average, 0.9), tf.mul(tf.mean(hidden, 0), 0.1)));
    return losses;
  };
  const pixels = Uint8Array.from({ length: count * 4 }, () => random.integer(256));
  const labels = Int32Array.from({ length: count }, (_, i) => pixels[4 * i] > 127 ? 1 : 0);
  return {
    step,
    losses: (batch) => forward(batch).losses,
    feed: {
      examples: {
        images: ndarray("uint8", [count, 4], pixels),
        labels: ndarray("int32", [count], labels),
      },
      noise: { noise: [4] },
      scalars: { learningRate: (step) => 0.05 / (1 + 0.1 * step) },
    },
    optimizer,
    variables: {
      first: weights[0],
      second: weights[1],
      average,
      ...Object.fromEntries(optimizer.state.map((variable, i) => [`optimizer/${i}`, variable])),
    },
    dispose: () => {
      tf.dispose([...optimizer.state]);
      tf.dispose([...weights, average]);
    },
  };
}

/** Values of the variables, by name. */
export async function valuesOf(
  variables: TinyTraining["variables"],
): Promise<Record<string, number[]>> {
  const values: Record<string, number[]> = {};
  for (const [name, variable] of Object.entries(variables)) {
    values[name] = [...await variable.data()];
  }
  return values;
}
