import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { adam, type Optimizer } from "../../core/optimizers.ts";
import { minimize, type Step } from "../../core/step.ts";
import { namedVariables, trainableVariables } from "../../core/variables.ts";
import { readVariables, writeVariables } from "../../record/variables.ts";
import type { FewLabelsNetworks } from "./networks.ts";

/** The head starts from nothing and learns this many times as fast as the encoder. */
const HEAD_RATE = 3;

/** A step that learns classes, and moving averages of the weights. */
export interface Refinement {
  /**
   * Takes two views, the `target` probabilities of each image `[batch, classes]`, its `weight`
   * `[batch]`, and the scalars `learningRate` and `decay`, of the moving averages.
   */
  readonly step: Step;
  /** Calls a function while the networks have their averaged weights. */
  withAverages<T>(fn: () => Promise<T>): Promise<T>;
  /** Leaves the averaged weights in the networks. */
  keepAverages(): void;
}

/** Trains encoder and head towards given probabilities. */
export function buildRefinement({ encoder, head }: FewLabelsNetworks): Refinement {
  const optimizer = both(
    adam(trainableVariables({ encoder }), { beta2: 0.99 }),
    adam(trainableVariables({ head }), { beta2: 0.99 }),
  );
  const named = namedVariables({ encoder, head });
  const weights = Object.values(named);
  const averages = weights.map((weight) => tf.tidy(() => tf.variable(tf.clone(weight), false)));
  return {
    step: ({ first, second, target, weight, learningRate, decay }) => {
      const losses = minimize(optimizer, learningRate, () => {
        const logits = classify(tf.concat([first, second]), { encoder, head });
        const [a, b] = tf.split(tf.logSoftmax(logits), 2);
        const crossEntropy = tf.neg(tf.sum(tf.mul(target, tf.div(tf.add(a, b), 2)), 1));
        return { loss: tf.mean(tf.mul(weight, crossEntropy)) as tf.Scalar };
      });
      averages.forEach((average, i) => {
        average.assign(
          tf.add(tf.mul(average, decay), tf.mul(weights[i], tf.sub(1, decay))),
        );
      });
      return losses;
    },
    async withAverages(fn) {
      const trained = await readVariables(named);
      weights.forEach((weight, i) => weight.assign(averages[i]));
      try {
        return await fn();
      } finally {
        writeVariables(named, trained);
      }
    },
    keepAverages: () => weights.forEach((weight, i) => weight.assign(averages[i])),
  };
}

function classify(
  images: tf.Tensor,
  { encoder, head }: { encoder: LayersModel; head: LayersModel },
): tf.Tensor2D {
  const features = encoder.apply(images, { training: true }) as tf.Tensor;
  return head.apply(features) as tf.Tensor2D;
}

function both(encoder: Optimizer, head: Optimizer): Optimizer {
  return {
    variables: [...encoder.variables, ...head.variables],
    state: [...encoder.state, ...head.state],
    applyGradients: (gradients, rate) => {
      encoder.applyGradients(gradients, rate);
      head.applyGradients(gradients, tf.mul(rate, HEAD_RATE));
    },
    dispose: () => {
      encoder.dispose();
      head.dispose();
    },
  };
}
