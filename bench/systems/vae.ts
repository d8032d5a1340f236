import { vae } from "../../train/systems/vae.ts";
import { defineRow, type Row } from "./row.ts";

const ALL = Array.from({ length: 10 }, (_, i) => i);

/** A plain VAE of ten digits, measured by its validation loss, which is that of test images here. */
function plain(
  title: string,
  { name = "negative ELBO", target, batchSize, ...options }:
    & { name?: string; target: string; batchSize?: number }
    & Record<string, unknown>,
): Row {
  return defineRow("vae", vae, {
    title,
    data: "mnist",
    classes: ALL,
    validatesOnTest: true,
    ...batchSize && { batchSize },
    options: {
      network: "mlp",
      hidden: [512, 256],
      consistency: 0,
      clusterEpochs: 0,
      learningRate: 1e-3,
      ...options,
    },
    figures: [{ name, target }],
    measure: ({ history }) => [Number(history.at(-1)!.valLoss)],
    peer: true,
  });
}

/** Rows of the system `vae`. */
export const VAE_ROWS: Readonly<Record<string, Row>> = {
  "assignment": defineRow("vae", vae, {
    title: "vae --preset assignment, MNIST 1, 4, 8, latent 2",
    data: "mnist",
    options: vae.presets!.assignment.values,
    figures: [
      { name: "1 - mean squared error", target: ">= 0.981" },
      { name: "SSIM", target: ">= 0.77" },
      { name: "(macro + micro) / 2 F1, 5 labels a class", target: ">= 0.985" },
    ],
    measure: ({ metrics: { reconstruction, classification } }) => [
      1 - reconstruction!.meanSquaredError,
      reconstruction!.structuralSimilarity!,
      classification!.meanF1,
    ],
  }),
  "vae-16": plain("vae, dense, latent 16, 10 epochs", {
    target: "<= 104",
    latentDim: 16,
    epochs: 10,
  }),
  "bernoulli-2": plain("vae, Bernoulli, latent 2, 50 epochs", {
    target: "<= 137.1",
    latentDim: 2,
    epochs: 50,
    batchSize: 100,
  }),
  "bernoulli-20": plain("vae, Bernoulli, latent 20, 50 epochs", {
    target: "<= 94.8",
    latentDim: 20,
    epochs: 50,
    batchSize: 100,
  }),
  "gaussian": plain("vae, Gaussian of standard deviation 0.1, latent 2, 50 epochs", {
    target: "PyTorch's",
    reconstruction: "gaussian",
    latentDim: 2,
    epochs: 50,
    batchSize: 100,
  }),
  "gaussian-learned": plain("vae, Gaussian, standard deviation learned, latent 2, 50 epochs", {
    target: "PyTorch's",
    reconstruction: "gaussian",
    standardDeviation: 0,
    latentDim: 2,
    epochs: 50,
    batchSize: 100,
  }),
};
