import * as tfl from "@tensorflow/tfjs-layers";
import { convDecoder, convEncoder } from "./conv.ts";
import type { ImageShape } from "./mlp.ts";

/** Options for {@linkcode convVaeEncoder}. */
export interface ConvVaeOptions {
  /** The filters of the encoder's convolutions of stride 2; the decoder has them in reverse. */
  filters: readonly number[];
  latentDim: number;
}

/** Units of the dense layer between maps and latent variables. */
const UNITS = 256;

/**
 * Convolutions and a dense layer with ReLU from images `[batch, height, width, channels]` to the mean
 * and the log variance of the latent variables, `[batch, latentDim]` each.
 */
export function convVaeEncoder(
  imageShape: ImageShape,
  { filters, latentDim }: ConvVaeOptions,
): tfl.LayersModel {
  const { inputs, outputs } = convEncoder(imageShape, { name: "encoder", filters, units: UNITS });
  const features = tfl.layers.reLU({ name: "encoder_features" }).apply(outputs);
  const heads = ["z_mean", "z_log_var"].map((name) =>
    tfl.layers.dense({ units: latentDim, name }).apply(features) as tfl.SymbolicTensor
  );
  return tfl.model({ inputs, outputs: heads, name: "encoder" });
}

/** The reverse, from latent variables to the logits of pixels, `[batch, height, width, channels]`. */
export function convVaeDecoder(
  imageShape: ImageShape,
  { filters, latentDim }: ConvVaeOptions,
): tfl.LayersModel {
  return convDecoder(imageShape, {
    name: "decoder",
    filters: filters.toReversed().slice(1),
    inputShape: [latentDim],
  });
}
