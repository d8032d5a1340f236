import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { buildVqVae } from "../train/networks/vq_vae.ts";
import { buildDcgan } from "../train/systems/dcgan.ts";
import { COUNT, type StepBench } from "./step_bench.ts";

const IMAGE = [28, 28, 1] as const;

/** Training steps of systems with their defaults for images of 28x28, beside PyTorch. */
export const SYSTEM_STEPS: readonly StepBench[] = [
  {
    title: "one step of a VQ-VAE, batch 128",
    build: () => ({
      step: buildVqVae(IMAGE, {
        residualBlocks: 0,
        variance: 1,
        filters: [16, 32],
        codes: 64,
        codeDim: 8,
        commitment: 0.25,
        decay: 0.99,
        seed: 0,
      }).step,
      feed: { examples: { images: noiseBytes() }, scalars: { learningRate: () => 2e-3 } },
    }),
    peer: ["system_step.py", "vq-vae"],
    steps: 8,
  },
  {
    title: "one step of a DCGAN, batch 128",
    build: () => ({
      step: buildDcgan(IMAGE, { latentDim: 32, filters: [16, 32], beta1: 0.5, seed: 0 }).step,
      feed: {
        examples: { images: noiseBytes() },
        noise: { z: [32] },
        scalars: { learningRate: () => 1e-3 },
      },
    }),
    peer: ["system_step.py", "dcgan"],
    steps: 8,
  },
];

function noiseBytes(): NdArray<"uint8"> {
  const random = new Random(0, "bench images");
  const pixels = Uint8Array.from({ length: COUNT * 784 }, () => random.integer(256));
  return ndarray("uint8", [COUNT, ...IMAGE], pixels);
}
