import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { sizeOf } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { bernoulliLoss, gaussianDivergence } from "../core/losses.ts";
import { createOptimizer, type OptimizerOptions } from "../core/optimizers.ts";
import { type Batch, type Losses, minimize, type Step } from "../core/step.ts";
import { type Networks, trainableVariables } from "../core/variables.ts";
import { initializeWeights } from "./initialize.ts";
import { type ImageShape, mlpNetwork } from "./mlp.ts";
import { type QuadrantCount, quadrants } from "./quadrants.ts";
import { limitLogVar, type Posterior, reparameterize } from "./vae.ts";

/** Options for {@linkcode buildCvae}. */
export interface CvaeOptions extends OptimizerOptions {
  /** What the decoder is given: the number of classes, or of quadrants of the image. */
  condition: { readonly classes: number } | { readonly quadrants: QuadrantCount };
  /** Units of the hidden layers of each network. */
  hidden: readonly number[];
  latentDim: number;
  /** Weight of the KL divergence in the loss. */
  beta: number;
  /** Of the initial weights. */
  seed: number;
}

/** A conditional variational autoencoder. A condition is one-hot classes, or images. */
export interface Cvae {
  readonly networks: Networks;
  /** `[batch, height, width, channels]` to `[batch, latentDim]` each. */
  encode(images: tf.Tensor): Posterior;
  /** Where a condition lets latent variables lie. */
  prior(condition: tf.Tensor): Posterior;
  /** Pixels in [0, 1]; given ones are the condition's. */
  decode(z: tf.Tensor, condition: tf.Tensor): tf.Tensor;
  /** The answer of a network without latent variables; only where quadrants are given. */
  baseline?: {
    predict(condition: tf.Tensor): tf.Tensor;
    /** The negative log-likelihood of the pixels that are not given, in nats, `[batch]`. */
    loss(images: tf.Tensor): tf.Tensor1D;
  };
  /**
   * log p(x | z, c) + log p(z | c) - log q(z | x) of a sample z, in nats, `[batch]`: its exponential is
   * the weight of an importance sample of p(x | c).
   */
  logWeight(batch: Batch): tf.Tensor1D;
  /** Of `images`, one-hot classes as `condition`, and the noise `epsilon` `[batch, latentDim]`. */
  readonly losses: Step;
  /** Of the same, and the scalar `learningRate`. */
  readonly step: Step;
}

/**
 * A conditional variational autoencoder of dense layers (Sohn et al., "Learning Structured Output
 * Representation using Deep Conditional Generative Models", 2015). Its encoder sees the image alone,
 * which holds its class and its parts. Where quadrants are given, the likelihood is that of the other
 * pixels. The prior of the latent variables is a network of the condition: under N(0, I) for all classes
 * the latent variables would hold the class, and half of the samples would be of another one.
 */
export function buildCvae(
  imageShape: ImageShape,
  { condition, hidden, latentDim, beta, seed, ...training }: CvaeOptions,
): Cvae {
  const parts = "quadrants" in condition ? quadrants(imageShape, condition.quadrants) : undefined;
  const conditionShape = "classes" in condition ? [condition.classes] : imageShape;
  const network = (
    name: string,
    inputs: Readonly<Record<string, readonly number[]>>,
    outputs: Readonly<Record<string, number>>,
  ) => mlpNetwork(name, { inputs, hidden, outputs });
  const gaussian = { z_mean: latentDim, z_log_var: latentDim };
  const pixels = { logits: sizeOf(imageShape) };
  const encoder = network("encoder", { images: imageShape }, gaussian);
  const decoder = network("decoder", { z: [latentDim], condition: conditionShape }, pixels);
  const given = { condition: conditionShape };
  const prior = network("prior", given, gaussian);
  const baseline = parts && network("baseline", given, pixels);
  const trained = { encoder, prior, decoder };
  const networks: Networks = { ...trained, ...baseline && { baseline } };
  const random = new Random(seed, "weights");
  for (const network of Object.values(networks)) initializeWeights(network, random);
  const optimizer = createOptimizer(trainableVariables(trained), training);
  const baselineOptimizer = baseline &&
    createOptimizer(trainableVariables({ baseline }), training);

  /** The pixels that are given of images; a class as it is. */
  const known = (condition: tf.Tensor) => parts?.given(condition) ?? condition;
  const posterior = (network: tfl.LayersModel, x: tf.Tensor): Posterior => {
    const [zMean, zLogVar] = network.apply(x) as tf.Tensor2D[];
    return { zMean, zLogVar: limitLogVar(zLogVar) };
  };
  const logits = (network: tfl.LayersModel, ...inputs: tf.Tensor[]) => {
    const flat = network.apply(inputs.length === 1 ? inputs[0] : inputs) as tf.Tensor;
    return tf.reshape(flat, [-1, ...imageShape]);
  };
  const toPixels = (logits: tf.Tensor, condition: tf.Tensor) => {
    const decoded = tf.sigmoid(logits);
    return parts ? tf.add(parts.rest(decoded), known(condition)) : decoded;
  };
  const negativeLogLikelihood = (logits: tf.Tensor, images: tf.Tensor): tf.Tensor1D => {
    if (parts === undefined) return bernoulliLoss(logits, images);
    // A pixel of value 0 and logit 0 has the loss log 2.
    const loss = bernoulliLoss(parts.rest(logits), parts.rest(images));
    return tf.sub(loss, parts.givenSize * Math.LN2);
  };
  const priorOf = (condition: tf.Tensor) => posterior(prior, known(condition));
  const terms = ({ images, condition = images, epsilon }: Batch) => {
    const q = posterior(encoder, images);
    const z = reparameterize(q, epsilon);
    const reconstruction = negativeLogLikelihood(logits(decoder, z, known(condition)), images);
    return { q, p: priorOf(condition), z, reconstruction };
  };
  const losses = (batch: Batch) => {
    const { q, p, reconstruction } = terms(batch);
    const reconstructionLoss = tf.mean(reconstruction) as tf.Scalar;
    const klLoss = tf.mean(gaussianDivergence(q, p)) as tf.Scalar;
    const loss = tf.add(reconstructionLoss, tf.mul(beta, klLoss)) as tf.Scalar;
    return { loss, reconstructionLoss, klLoss };
  };
  const baselineLoss = (images: tf.Tensor) =>
    negativeLogLikelihood(logits(baseline!, known(images)), images);
  const meanBaselineLoss = ({ images }: Batch) => tf.mean(baselineLoss(images)) as tf.Scalar;
  return {
    networks,
    encode: (images) => posterior(encoder, images),
    prior: priorOf,
    decode: (z, condition) => toPixels(logits(decoder, z, known(condition)), condition),
    ...baseline && {
      baseline: {
        predict: (condition) => toPixels(logits(baseline, known(condition)), condition),
        loss: baselineLoss,
      },
    },
    logWeight(batch) {
      const { q, p, z, reconstruction } = terms(batch);
      return tf.sub(tf.sub(logDensity(z, p), logDensity(z, q)), reconstruction) as tf.Tensor1D;
    },
    losses: (batch) => ({
      ...losses(batch),
      ...baseline && { baselineLoss: meanBaselineLoss(batch) },
    }),
    step(batch) {
      const found: Losses = minimize(optimizer, batch.learningRate, () => losses(batch));
      if (baselineOptimizer === undefined) return found;
      const { loss } = minimize(baselineOptimizer, batch.learningRate, () => ({
        loss: meanBaselineLoss(batch),
      }));
      return { ...found, baselineLoss: loss };
    },
  };
}

/** The log density of a diagonal normal distribution at z but for latentDim log(2 pi) / 2, `[batch]`. */
function logDensity(z: tf.Tensor2D, { zMean, zLogVar }: Posterior): tf.Tensor {
  const squares = tf.mul(tf.squaredDifference(z, zMean), tf.exp(tf.neg(zLogVar)));
  return tf.mul(tf.sum(tf.add(squares, zLogVar), 1), -0.5);
}
