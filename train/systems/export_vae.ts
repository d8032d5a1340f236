import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import type { Context } from "./system.ts";
import type { Vae } from "../networks/vae.ts";

/** Options for {@linkcode exportEncoder}. */
export interface ExportVaeOptions {
  /** `[height, width, channels]` */
  imageShape: readonly number[];
  context: Context;
  /** Compare it with TensorFlow.js. @default {true} */
  verify?: boolean;
}

/** `images` `[batch, height, width, channels]` to `z_mean` and `z_log_var` `[batch, latentDim]`. */
export async function exportEncoder(
  vae: Vae,
  { imageShape, context, verify = true }: ExportVaeOptions,
): Promise<OnnxModel> {
  const encode: Parameters<Context["export"]>[0] = ({ images }) => {
    const { zMean, zLogVar } = vae.encode(images);
    return { z_mean: zMean, z_log_var: zLogVar };
  };
  return await context.export(encode, {
    name: "encoder",
    description: `Maps images of ${
      imageShape.join("x")
    }, pixels in [0, 1], to the mean and the log variance of ${vae.latentDim} latent variables`,
    inputs: { images: { shape: [null, ...imageShape], range: [0, 1] } },
    verify,
  });
}

/** `z` `[batch, latentDim]` to `images` `[batch, height, width, channels]`. */
export async function exportDecoder(
  vae: Vae,
  { imageShape, context }: ExportVaeOptions,
): Promise<OnnxModel> {
  return await context.export(({ z }) => ({ images: vae.decode(z) }), {
    name: "decoder",
    description: `Maps ${vae.latentDim} latent variables to images of ${
      imageShape.join("x")
    }, pixels in [0, 1]`,
    inputs: { z: { shape: [null, vae.latentDim], range: [-3, 3] } },
  });
}
