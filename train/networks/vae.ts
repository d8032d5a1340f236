import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { Random } from "../../lib/array/random.ts";
import { bernoulliLoss, gaussianLoss, type Reconstruction } from "../core/losses.ts";
import type { Batch, Losses } from "../core/step.ts";
import { initializeWeights } from "./initialize.ts";
import { convVaeDecoder, convVaeEncoder } from "./conv_vae.ts";
import { type ImageShape, mlpDecoder, mlpEncoder, type MlpOptions } from "./mlp.ts";

/** Options for {@linkcode buildVae}. */
export interface VaeOptions extends MlpOptions {
  /** Dense layers of `hidden` units, or convolutions of `filters`. @default {"mlp"} */
  network?: "mlp" | "conv";
  /** The filters of convolutions of stride 2; the decoder has them in reverse. @default {[16, 32]} */
  filters?: readonly number[];
  /** The distribution of a pixel given the latent variables. */
  reconstruction: Reconstruction;
  /** Of a pixel in [0, 1], where `reconstruction` is `gaussian`; 0 learns it. */
  standardDeviation: number;
  /** Of the initial weights. */
  seed: number;
}

/** The normal distribution q(z|x) of each image, `[batch, latentDim]`. */
export interface Posterior {
  readonly zMean: tf.Tensor2D;
  /** The log of the variances. */
  readonly zLogVar: tf.Tensor2D;
}

/** The losses of a batch; `loss` is what training lowers. */
export type VaeLosses = (batch: Batch) => Losses & { readonly loss: tf.Scalar };

/** A variational autoencoder. */
export interface Vae {
  readonly latentDim: number;
  readonly networks: { readonly encoder: LayersModel; readonly decoder: LayersModel };
  /** `[batch, height, width, channels]` -> `[batch, latentDim]` each. */
  encode(images: tf.Tensor): Posterior;
  /** `[batch, latentDim]` -> pixels in [0, 1], `[batch, height, width, channels]`. */
  decode(z: tf.Tensor): tf.Tensor4D;
  /** The negative log-likelihood of images given z, in nats, `[batch]`. */
  reconstructionLoss(z: tf.Tensor, images: tf.Tensor): tf.Tensor1D;
}

/** Keeps exp(zLogVar) and its gradient finite: a standard deviation from e^-5 to e^5. */
export function limitLogVar(zLogVar: tf.Tensor2D): tf.Tensor2D {
  return tf.clipByValue(zLogVar, -10, 10);
}

/** A variational autoencoder (Kingma and Welling, "Auto-Encoding Variational Bayes", 2013). */
export function buildVae(
  imageShape: ImageShape,
  { network = "mlp", filters = [16, 32], reconstruction, standardDeviation, seed, ...sizes }:
    VaeOptions,
): Vae {
  const { latentDim } = sizes;
  const [encoder, decoder] = network === "mlp"
    ? [mlpEncoder(imageShape, sizes), mlpDecoder(imageShape, sizes)]
    : [
      convVaeEncoder(imageShape, { filters, latentDim }),
      convVaeDecoder(imageShape, { filters, latentDim }),
    ];
  const random = new Random(seed, "weights");
  initializeWeights(encoder, random);
  initializeWeights(decoder, random);
  const decodeLogits = (z: tf.Tensor) => decoder.apply(z) as tf.Tensor4D;
  return {
    latentDim,
    networks: { encoder, decoder },
    encode(images) {
      const [zMean, rawLogVar] = encoder.apply(images) as tf.Tensor2D[];
      return { zMean, zLogVar: limitLogVar(rawLogVar) };
    },
    decode: (z) => tf.sigmoid(decodeLogits(z)),
    reconstructionLoss: (z, images) =>
      reconstruction === "bernoulli"
        ? bernoulliLoss(decodeLogits(z), images)
        : gaussianLoss(tf.sigmoid(decodeLogits(z)), images, { standardDeviation }),
  };
}

/** z = mean + standard deviation * noise, so that gradients reach both. */
export function reparameterize({ zMean, zLogVar }: Posterior, epsilon: tf.Tensor): tf.Tensor2D {
  return tf.add(zMean, tf.mul(tf.exp(tf.mul(zLogVar, 0.5)), epsilon));
}

/** Encodes images and their augmented copies as one batch: larger products, and one gradient each. */
export function encodePair(
  vae: Vae,
  images: tf.Tensor,
  augmented: tf.Tensor,
): { posterior: Posterior; augmentedMean: tf.Tensor2D } {
  const both = vae.encode(tf.concat([images, augmented], 0));
  const [zMean, augmentedMean] = tf.split(both.zMean, 2, 0) as tf.Tensor2D[];
  const [zLogVar] = tf.split(both.zLogVar, 2, 0) as tf.Tensor2D[];
  return { posterior: { zMean, zLogVar }, augmentedMean };
}
