import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** A latent-variable model of images. Nothing about it knows how it will run. */
export interface Model {
  /** Height, width, channels. */
  readonly imageShape: readonly [number, number, number];
  readonly latentDim: number;
  /** Its parts, in the order in which data flows through them. */
  readonly networks: { readonly encoder: LayersModel; readonly decoder: LayersModel };
  /** `[batch, height, width, channels]` -> `[batch, latentDim]` each. */
  encode(images: tf.Tensor4D): Posterior;
  /** `[batch, latentDim]` -> pixels in [0, 1], `[batch, height, width, channels]`. */
  decode(z: tf.Tensor2D): tf.Tensor4D;
  /** The negative log-likelihood of images given z, in nats, `[batch]`. */
  reconstructionLoss(z: tf.Tensor2D, images: tf.Tensor4D): tf.Tensor1D;
}

/** The normal distribution q(z|x) of each image, `[batch, latentDim]`. */
export interface Posterior {
  readonly zMean: tf.Tensor2D;
  /** The log of the variances. */
  readonly zLogVar: tf.Tensor2D;
}

/** The variables that training changes. */
export function trainableVariables(model: Model): tf.Variable[] {
  return variablesOf(model, "trainableWeights");
}

/** Every variable of a model, those that training leaves alone included. */
export function modelVariables(model: Model): tf.Variable[] {
  return variablesOf(model, "weights");
}

function variablesOf({ networks }: Model, kind: "weights" | "trainableWeights"): tf.Variable[] {
  // read() is typed as a Tensor; what it gives is the variable itself.
  return Object.values(networks).flatMap((network) =>
    network[kind].map((weight) => weight.read() as tf.Variable)
  );
}

/**
 * Every variable of a model by the name that its layer gave it. (TensorFlow.js numbers the names of
 * its variables on through the life of the process; these are the same in every run.)
 */
export function namedVariables({ networks }: Model): Record<string, tf.Variable> {
  return Object.fromEntries(
    Object.values(networks).flatMap((network) =>
      network.weights.map((weight) => [weight.originalName, weight.read() as tf.Variable])
    ),
  );
}
