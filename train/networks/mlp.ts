import * as tfl from "@tensorflow/tfjs-layers";
import { sizeOf } from "../../lib/array/ndarray.ts";

/** Height, width, channels. */
export type ImageShape = readonly [number, number, number];

/** Options for {@linkcode mlpEncoder} and {@linkcode mlpDecoder}. */
export interface MlpOptions {
  /** Units of the encoder's hidden layers; the decoder has them in reverse. */
  hidden: readonly number[];
  latentDim: number;
}

/**
 * Dense layers with ReLU from images `[batch, height, width, channels]` to the mean and the log
 * variance of the latent variables, `[batch, latentDim]` each.
 */
export function mlpEncoder(
  imageShape: ImageShape,
  { hidden, latentDim }: MlpOptions,
): tfl.LayersModel {
  const images = tfl.input({ shape: [...imageShape], name: "images" });
  const flatten = tfl.layers.flatten({ name: "encoder_flatten" });
  const features = applyHidden(flatten.apply(images) as tfl.SymbolicTensor, hidden, "encoder");
  const outputs = ["z_mean", "z_log_var"].map((name) =>
    tfl.layers.dense({ units: latentDim, name }).apply(features) as tfl.SymbolicTensor
  );
  return tfl.model({ inputs: images, outputs, name: "encoder" });
}

/**
 * Dense layers with ReLU from latent variables `[batch, latentDim]` to the logits of pixels,
 * `[batch, height, width, channels]`.
 */
export function mlpDecoder(
  imageShape: ImageShape,
  { hidden, latentDim }: MlpOptions,
): tfl.LayersModel {
  const z = tfl.input({ shape: [latentDim], name: "z" });
  const features = applyHidden(z, hidden.toReversed(), "decoder");
  const logits = tfl.layers.dense({ units: sizeOf(imageShape), name: "decoder_logits" })
    .apply(features);
  const images = tfl.layers.reshape({ targetShape: [...imageShape], name: "decoder_reshape" })
    .apply(logits) as tfl.SymbolicTensor;
  return tfl.model({ inputs: z, outputs: images, name: "decoder" });
}

function applyHidden(
  input: tfl.SymbolicTensor,
  hidden: readonly number[],
  network: string,
): tfl.SymbolicTensor {
  return hidden.reduce((features, units, i) => {
    const name = `${network}_hidden_${i + 1}`;
    const layer = tfl.layers.dense({ units, activation: "relu", name });
    return layer.apply(features) as tfl.SymbolicTensor;
  }, input);
}
