import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import type { Cvae } from "../networks/cvae.ts";
import type { Context } from "./system.ts";

/** The models of a conditional VAE by the names of their files. */
export async function exportModels(
  model: Cvae,
  { ofLabels, classes, latentDim, context }: {
    ofLabels: boolean;
    classes: readonly number[];
    latentDim: number;
    context: Context;
  },
  imageShape: readonly number[],
): Promise<Record<string, OnnxModel>> {
  const shape = imageShape.join("x");
  const images = { shape: [null, ...imageShape], range: [0, 1] } as const;
  const condition = ofLabels ? { shape: [null, classes.length], range: [0, 1] } as const : images;
  const z = { shape: [null, latentDim], range: [-3, 3] } as const;
  const gaussian = ({ zMean, zLogVar }: ReturnType<Cvae["encode"]>) => ({
    z_mean: zMean,
    z_log_var: zLogVar,
  });
  const about = ofLabels
    ? `a class as ${classes.length} numbers of which one is 1, for the labels ${classes.join(", ")}`
    : `images of ${shape} of which only the given quadrants count`;
  const files: Record<string, OnnxModel> = {
    "encoder.onnx": await context.export(({ images }) => gaussian(model.encode(images)), {
      name: "encoder",
      description:
        `Maps images of ${shape}, pixels in [0, 1], to the mean and the log variance of ${latentDim} latent variables`,
      inputs: { images },
    }),
    "decoder.onnx": await context.export(
      ({ z, condition }) => ({ images: model.decode(z, condition) }),
      {
        name: "decoder",
        description: `Maps ${latentDim} latent variables and ${about} to images of ${shape}`,
        inputs: { z, condition },
      },
    ),
  };
  files["prior.onnx"] = await context.export(
    ({ condition }) => gaussian(model.prior(condition)),
    {
      name: "prior",
      description:
        `Maps ${about} to the mean and the log variance of their ${latentDim} latent variables`,
      inputs: { condition },
    },
  );
  if (ofLabels) return files;
  files["baseline.onnx"] = await context.export(
    ({ condition }) => ({ images: model.baseline!.predict(condition) }),
    {
      name: "baseline",
      description: `Maps ${about} to whole images, without latent variables`,
      inputs: { condition },
    },
  );
  return files;
}
