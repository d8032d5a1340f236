import { vqVae } from "../../train/systems/vq_vae.ts";
import { defineRow, type Row } from "./row.ts";

/** Sonnet's example: 512 codes of 64 numbers, two convolutions of stride 2, two residual blocks. */
function row(title: string, options: { epochs: number; validationSplit: number }): Row {
  const { epochs, validationSplit } = options;
  return defineRow("vq-vae", vqVae, {
    title,
    data: "cifar",
    batchSize: 32,
    validationSplit,
    options: {
      filters: [64, 128],
      residualBlocks: 2,
      codes: 512,
      codeDim: 64,
      learningRate: 3e-4,
      epochs,
    },
    figures: [
      { name: "squared error, as a share of the variance", target: "<= 0.056" },
      { name: "perplexity of the codes", target: ">= 326" },
    ],
    measure: ({ metrics }) => [
      Number(metrics.relativeSquaredError),
      Number(metrics.codePerplexity),
    ],
    peer: true,
  });
}

/** Rows of the system `vq-vae`; 50,000 images less those held out make the steps. */
export const VQ_VAE_ROWS: Readonly<Record<string, Row>> = {
  "vq-vae-1000": row("vq-vae, CIFAR-10, 999 steps", { epochs: 1, validationSplit: 0.36 }),
  "vq-vae": row("vq-vae, CIFAR-10, 9,996 steps", { epochs: 7, validationSplit: 0.086 }),
};
