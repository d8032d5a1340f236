import * as tf from "@tensorflow/tfjs-core";
import type { Posterior } from "../models/mod.ts";

/** What a step is given, by name. */
export type StepInputs = Readonly<Record<string, tf.Tensor>> & {
  /** Pixels in [0, 1], `[batch, height, width, channels]`. */
  readonly images: tf.Tensor4D;
  /** Standard normal noise, `[batch, latentDim]`. */
  readonly epsilon: tf.Tensor2D;
  /** The weight of the KL divergence. */
  readonly beta: tf.Scalar;
};

/** The losses of one batch, in nats, averaged over its images. */
export type Losses = Readonly<Record<string, tf.Scalar>> & {
  /** What training lowers. */
  readonly loss: tf.Scalar;
  readonly reconstructionLoss: tf.Scalar;
  readonly klLoss: tf.Scalar;
};

/** What training lowers, and what it must be given for that. No objective takes labels. */
export interface Objective {
  /** Arrays with a row an image, from which a batch is gathered: the shape of a row by name. */
  readonly rows: Readonly<Record<string, readonly number[]>> & {
    readonly images: readonly number[];
  };
  /** Numbers that may change from step to step, beside the learning rate. */
  readonly scalars: readonly string[];
  /** The names of its losses. */
  readonly lossNames: readonly string[];
  /** The losses of a batch. */
  losses(inputs: StepInputs): Losses;
  /** The losses of images that are not trained on: the negative ELBO and its parts. */
  elbo(inputs: StepInputs): Losses;
}

/** z = mean + standard deviation * noise, so that gradients pass to both. */
export function reparameterize({ zMean, zLogVar }: Posterior, epsilon: tf.Tensor2D): tf.Tensor2D {
  return tf.add(zMean, tf.mul(tf.exp(tf.mul(zLogVar, 0.5)), epsilon));
}

/** The same values, through which no gradient passes. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const identity = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return identity(x) as T;
}
