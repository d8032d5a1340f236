import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { Random } from "../../lib/array/random.ts";
import { bernoulliLoss, gaussianLoss, type Reconstruction } from "../core/losses.ts";
import type { Model } from "./model.ts";

/** Options for {@linkcode buildVae}. */
export interface VaeOptions {
  /** Units of the encoder's hidden layers; the decoder has them in reverse. @default {[512, 256]} */
  hidden?: readonly number[];
  /** @default {2} */
  latentDim?: number;
  /** @default {"bernoulli"} */
  reconstruction?: Reconstruction;
  /** Of a pixel, for a `gaussian` reconstruction. @default {0.1} */
  standardDeviation?: number;
  /** Of the initial weights. @default {0} */
  seed?: number;
}

/** Keeps exp(zLogVar) and its gradient finite: a standard deviation from e^-5 to e^5. */
const MAX_LOG_VAR = 10;

/**
 * A variational autoencoder of dense layers (Kingma and Welling, "Auto-Encoding Variational Bayes",
 * 2013).
 *
 * @param imageShape Height, width, channels.
 */
export function buildVae(
  imageShape: readonly [number, number, number],
  {
    hidden = [512, 256],
    latentDim = 2,
    reconstruction = "bernoulli",
    standardDeviation = 0.1,
    seed = 0,
  }: VaeOptions = {},
): Model {
  const encoder = buildEncoder(imageShape, hidden, latentDim);
  const decoder = buildDecoder(imageShape, hidden, latentDim);
  const random = new Random(seed, "weights");
  initializeWeights(encoder, random);
  initializeWeights(decoder, random);

  const encode = (images: tf.Tensor4D) => {
    const [zMean, rawLogVar] = encoder.apply(images) as tf.Tensor2D[];
    return { zMean, zLogVar: tf.clipByValue(rawLogVar, -MAX_LOG_VAR, MAX_LOG_VAR) };
  };
  const decodeLogits = (z: tf.Tensor2D) => decoder.apply(z) as tf.Tensor4D;
  return {
    imageShape,
    latentDim,
    networks: { encoder, decoder },
    encode,
    decode: (z) => tf.sigmoid(decodeLogits(z)),
    reconstructionLoss: (z, images) =>
      reconstruction === "bernoulli"
        ? bernoulliLoss(decodeLogits(z), images)
        : gaussianLoss(tf.sigmoid(decodeLogits(z)), images, { standardDeviation }),
  };
}

function buildEncoder(
  imageShape: readonly number[],
  hidden: readonly number[],
  latentDim: number,
): tfl.LayersModel {
  const images = tfl.input({ shape: [...imageShape], name: "images" });
  let features = tfl.layers.flatten({ name: "encoder_flatten" })
    .apply(images) as tfl.SymbolicTensor;
  hidden.forEach((units, i) => {
    const name = `encoder_hidden_${i + 1}`;
    features = tfl.layers.dense({ units, activation: "relu", name })
      .apply(features) as tfl.SymbolicTensor;
  });
  const outputs = ["z_mean", "z_log_var"].map((name) =>
    tfl.layers.dense({ units: latentDim, name }).apply(features) as tfl.SymbolicTensor
  );
  return tfl.model({ inputs: images, outputs, name: "encoder" });
}

function buildDecoder(
  imageShape: readonly number[],
  hidden: readonly number[],
  latentDim: number,
): tfl.LayersModel {
  const z = tfl.input({ shape: [latentDim], name: "z" });
  let features: tfl.SymbolicTensor = z;
  [...hidden].reverse().forEach((units, i) => {
    const name = `decoder_hidden_${i + 1}`;
    features = tfl.layers.dense({ units, activation: "relu", name })
      .apply(features) as tfl.SymbolicTensor;
  });
  const units = tf.util.sizeFromShape([...imageShape]);
  const logits = tfl.layers.dense({ units, name: "decoder_logits" }).apply(features);
  const images = tfl.layers.reshape({ targetShape: [...imageShape], name: "decoder_reshape" })
    .apply(logits) as tfl.SymbolicTensor;
  return tfl.model({ inputs: z, outputs: images, name: "decoder" });
}

/**
 * Draws every kernel and bias uniformly within 1/sqrt(fanIn), PyTorch's default for dense layers,
 * from Glimpse's own generator: the initializers of TensorFlow.js do not all honour a seed.
 */
function initializeWeights(network: tfl.LayersModel, random: Random): void {
  for (const layer of network.layers) {
    const weights = layer.getWeights();
    if (weights.length === 0) continue;
    const fanIn = weights[0].shape[0]!;
    const limit = 1 / Math.sqrt(fanIn);
    const values = weights.map(({ shape, size }) => {
      const data = new Float32Array(size);
      for (let i = 0; i < size; i++) data[i] = (2 * random.uniform() - 1) * limit;
      return tf.tensor(data, shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}
