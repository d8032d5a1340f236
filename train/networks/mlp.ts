import * as tfl from "@tensorflow/tfjs-layers";
import { sizeOf } from "../../lib/array/ndarray.ts";

/** Height, width, channels. */
export type ImageShape = readonly [number, number, number];

/** Options for {@linkcode mlpEncoder} and {@linkcode mlpDecoder}. */
export interface MlpOptions {
  /** Units of the encoder's hidden layers; the decoder has them in reverse. */
  hidden: readonly number[];
  latentDim: number;
  /** Leaky ReLU with this slope below 0, after normalization over the batch. @default {ReLU} */
  normalizedSlope?: number;
}

/** What an encoder gives: the mean and the log variance of the latent variables. */
const GAUSSIAN = ["z_mean", "z_log_var"] as const;

/**
 * Dense layers from images `[batch, height, width, channels]` to outputs of `[batch, latentDim]`
 * each: the mean and the log variance of the latent variables, or what `outputs` names.
 */
export function mlpEncoder(
  imageShape: ImageShape,
  { latentDim, outputs: names = GAUSSIAN, ...options }: MlpOptions & {
    outputs?: readonly string[];
  },
): tfl.LayersModel {
  const images = tfl.input({ shape: [...imageShape], name: "images" });
  const flatten = tfl.layers.flatten({ name: "encoder_flatten" });
  const features = applyHidden(flatten.apply(images) as tfl.SymbolicTensor, options, "encoder");
  // The decoder's normalization subtracts any bias of the latent variables again.
  const useBias = options.normalizedSlope === undefined;
  const outputs = names.map((name) =>
    tfl.layers.dense({ units: latentDim, useBias, name }).apply(features) as tfl.SymbolicTensor
  );
  return tfl.model({ inputs: images, outputs, name: "encoder" });
}

/**
 * Dense layers from latent variables `[batch, latentDim]` to the logits of pixels,
 * `[batch, height, width, channels]`.
 */
export function mlpDecoder(
  imageShape: ImageShape,
  { hidden, latentDim, ...options }: MlpOptions,
): tfl.LayersModel {
  const z = tfl.input({ shape: [latentDim], name: "z" });
  const features = applyHidden(z, { ...options, hidden: hidden.toReversed() }, "decoder");
  const logits = tfl.layers.dense({ units: sizeOf(imageShape), name: "decoder_logits" })
    .apply(features);
  const images = tfl.layers.reshape({ targetShape: [...imageShape], name: "decoder_reshape" })
    .apply(logits) as tfl.SymbolicTensor;
  return tfl.model({ inputs: z, outputs: images, name: "decoder" });
}

/** Options for {@linkcode mlpNetwork}. */
export interface MlpNetworkOptions {
  /** The shape of each input, which are flattened and put side by side. */
  inputs: Readonly<Record<string, readonly number[]>>;
  hidden: readonly number[];
  /** The units of each output. */
  outputs: Readonly<Record<string, number>>;
}

/** Dense layers with ReLU from several inputs to several outputs of `[batch, units]`. */
export function mlpNetwork(
  name: string,
  { inputs, hidden, outputs }: MlpNetworkOptions,
): tfl.LayersModel {
  const symbols = Object.entries(inputs).map(([name, shape]) =>
    tfl.input({ shape: [...shape], name })
  );
  const flat = symbols.map((input, i) =>
    input.shape.length === 2
      ? input
      : tfl.layers.flatten({ name: `${name}_flatten_${i + 1}` }).apply(input)
  ) as tfl.SymbolicTensor[];
  const joined = flat.length === 1
    ? flat[0]
    : tfl.layers.concatenate({ name: `${name}_join` }).apply(flat) as tfl.SymbolicTensor;
  const features = applyHidden(joined, { hidden }, name);
  return tfl.model({
    inputs: symbols,
    outputs: Object.entries(outputs).map(([output, units]) =>
      tfl.layers.dense({ units, name: `${name}_${output}` }).apply(features) as tfl.SymbolicTensor
    ),
    name,
  });
}

function applyHidden(
  input: tfl.SymbolicTensor,
  { hidden, normalizedSlope }: Pick<MlpOptions, "hidden" | "normalizedSlope">,
  network: string,
): tfl.SymbolicTensor {
  return hidden.reduce((features, units, i) => {
    const name = `${network}_hidden_${i + 1}`;
    if (normalizedSlope === undefined) {
      const layer = tfl.layers.dense({ units, activation: "relu", name });
      return layer.apply(features) as tfl.SymbolicTensor;
    }
    // Batch normalization subtracts any bias again.
    const dense = tfl.layers.dense({ units, useBias: false, name }).apply(features);
    const normal = normalizeBatch(
      dense as tfl.SymbolicTensor,
      `${network}_normalization_${i + 1}`,
    );
    return tfl.layers.leakyReLU({ alpha: normalizedSlope, name: `${network}_relu_${i + 1}` })
      .apply(normal) as tfl.SymbolicTensor;
  }, input);
}

/**
 * Batch normalization whose moving averages follow as fast as PyTorch's: with TensorFlow.js's momentum
 * of 0.99 they are still far from the activations after a hundred steps.
 */
export function normalizeBatch(x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor {
  return tfl.layers.batchNormalization({ name, momentum: 0.9 }).apply(x) as tfl.SymbolicTensor;
}
