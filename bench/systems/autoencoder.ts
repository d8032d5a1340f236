import { autoencoder } from "../../train/systems/autoencoder.ts";
import { defineRow, type Row } from "./row.ts";

function row(
  title: string,
  { target, data = "mnist", ...options }:
    & { target: string; data?: string }
    & Record<string, unknown>,
): Row {
  return defineRow("autoencoder", autoencoder, {
    title,
    data,
    options,
    figures: [{ name: "mean squared error", target }],
    measure: ({ metrics }) => [metrics.reconstruction!.meanSquaredError],
    peer: true,
  });
}

/** Rows of the system `autoencoder`. */
export const AUTOENCODER_ROWS: Readonly<Record<string, Row>> = {
  "autoencoder": row("autoencoder, dense, latent 2", { target: "<= 0.0355" }),
  "denoising": row("autoencoder of convolutions, noise 0.5", {
    target: "<= 0.0132",
    network: "conv",
    latentDim: 0,
    corruption: 0.5,
    epochs: 20,
  }),
  "fashion-20": row("autoencoder of convolutions, Fashion, latent 20", {
    target: "PyTorch's",
    data: "fashion-mnist",
    network: "conv",
    latentDim: 20,
  }),
  "fashion-2": row("autoencoder of convolutions, Fashion, latent 2", {
    target: "PyTorch's",
    data: "fashion-mnist",
    network: "conv",
    latentDim: 2,
  }),
};
