import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The losses of one batch, in nats, averaged over its images. */
export interface Losses {
  /** What training lowers: `reconstructionLoss + beta * klLoss`. */
  readonly loss: tf.Scalar;
  readonly reconstructionLoss: tf.Scalar;
  readonly klLoss: tf.Scalar;
}

/** What a model is given to compute its losses. */
export interface LossInputs {
  /** Pixels in [0, 1], `[batch, height, width, channels]`. */
  readonly images: tf.Tensor4D;
  /** Standard normal noise, `[batch, latentDim]`. */
  readonly epsilon: tf.Tensor2D;
  /** The weight of the KL divergence. */
  readonly beta: tf.Scalar;
}

/** A latent-variable model of images. Nothing about it knows how it will run. */
export interface Model {
  /** Height, width, channels. */
  readonly imageShape: readonly [number, number, number];
  readonly latentDim: number;
  /** Its parts, in the order in which data flows through them. */
  readonly networks: { readonly encoder: LayersModel; readonly decoder: LayersModel };
  /** `[batch, height, width, channels]` -> `[batch, latentDim]` each. */
  encode(images: tf.Tensor4D): { zMean: tf.Tensor2D; zLogVar: tf.Tensor2D };
  /** `[batch, latentDim]` -> pixels in [0, 1], `[batch, height, width, channels]`. */
  decode(z: tf.Tensor2D): tf.Tensor4D;
  losses(inputs: LossInputs): Losses;
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
