import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { Random } from "../../lib/array/random.ts";
import { createOptimizer, type OptimizerOptions } from "../core/optimizers.ts";
import { type Losses, minimize, type Step } from "../core/step.ts";
import { trainableVariables } from "../core/variables.ts";
import { convDecoder, convEncoder } from "./conv.ts";
import { initializeWeights } from "./initialize.ts";
import { type ImageShape, mlpDecoder, mlpEncoder } from "./mlp.ts";

/** Options for {@linkcode buildAutoencoder}. */
export interface AutoencoderOptions extends OptimizerOptions {
  /** Dense layers, or convolutions of stride 2. */
  network: "mlp" | "conv";
  /** Units of the encoder's dense layers; the decoder has them in reverse. */
  hidden: readonly number[];
  /** Filters of the encoder's convolutions; the decoder has them in reverse. */
  filters: readonly number[];
  /** 0 keeps the maps of the last convolution as they are. */
  latentDim: number;
  /** The standard deviation of the normal noise that is added to the pixels; 0 adds none. */
  corruption: number;
  /** Of the initial weights. */
  seed: number;
}

/** An autoencoder. */
export interface Autoencoder {
  readonly networks: { readonly encoder: LayersModel; readonly decoder: LayersModel };
  /** `[batch, height, width, channels]` to `[batch, latentDim]`, or to maps. */
  encode(images: tf.Tensor): tf.Tensor;
  /** Latent variables or maps to pixels in [0, 1], `[batch, height, width, channels]`. */
  decode(z: tf.Tensor): tf.Tensor;
  /** Of `images`, and with corruption of `noise`, standard normal, of the same shape. */
  readonly losses: (batch: Parameters<Step>[0]) => Losses & { readonly loss: tf.Scalar };
  /** Of the same, and the scalar `learningRate`. */
  readonly step: Step;
}

/** Of leaky ReLU below 0. */
const SLOPE = 0.01;

/**
 * An autoencoder (Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural
 * Networks", 2006), with batch normalization and leaky ReLU. With corruption it sees noisy images and
 * learns to give the clean ones (Vincent et al., "Extracting and Composing Robust Features with
 * Denoising Autoencoders", 2008). The loss is the mean squared error over all pixels.
 */
export function buildAutoencoder(
  imageShape: ImageShape,
  { network, hidden, filters, latentDim, corruption, seed, ...training }: AutoencoderOptions,
): Autoencoder {
  const { encoder, decoder } = network === "mlp"
    ? mlpNetworks(imageShape, { hidden, latentDim })
    : convNetworks(imageShape, { filters, latentDim });
  const random = new Random(seed, "weights");
  initializeWeights(encoder, random);
  initializeWeights(decoder, random);
  const optimizer = createOptimizer(trainableVariables({ encoder, decoder }), training);

  const encode = (images: tf.Tensor, training = false) =>
    encoder.apply(images, { training }) as tf.Tensor;
  const decode = (z: tf.Tensor, training = false) =>
    tf.sigmoid(decoder.apply(z, { training }) as tf.Tensor);
  const losses = ({ images, noise }: Parameters<Step>[0], training: boolean) => {
    const seen = corruption === 0 ? images : corrupted(images, noise, corruption);
    const decoded = decode(encode(seen, training), training);
    return { loss: tf.mean(tf.squaredDifference(decoded, images)) as tf.Scalar };
  };
  return {
    networks: { encoder, decoder },
    encode: (images) => encode(images),
    decode: (z) => decode(z),
    losses: (batch) => losses(batch, false),
    step: (batch) => minimize(optimizer, batch.learningRate, () => losses(batch, true)),
  };
}

/** Pixels with normal noise of a standard deviation, clipped to [0, 1] again. */
function corrupted(images: tf.Tensor, noise: tf.Tensor, standardDeviation: number): tf.Tensor {
  return tf.clipByValue(tf.add(images, tf.mul(noise, standardDeviation)), 0, 1);
}

function mlpNetworks(
  imageShape: ImageShape,
  sizes: Pick<AutoencoderOptions, "hidden" | "latentDim">,
): Autoencoder["networks"] {
  const options = { ...sizes, normalizedSlope: SLOPE };
  return {
    encoder: mlpEncoder(imageShape, { ...options, outputs: ["z"] }),
    decoder: mlpDecoder(imageShape, options),
  };
}

function convNetworks(
  imageShape: ImageShape,
  { filters, latentDim }: Pick<AutoencoderOptions, "filters" | "latentDim">,
): Autoencoder["networks"] {
  const options = { slope: SLOPE, batchNormalization: true };
  const encoder = convEncoder(imageShape, {
    ...options,
    name: "encoder",
    filters,
    ...latentDim > 0 && { units: latentDim },
  });
  return {
    encoder,
    decoder: convDecoder(imageShape, {
      ...options,
      name: "decoder",
      filters: filters.toReversed().slice(1),
      inputShape: encoder.outputs[0].shape.slice(1) as number[],
    }),
  };
}
