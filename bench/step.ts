import { defaultVae, randomFeed } from "../train/doctor/default_vae.ts";
import type { StepBench } from "./step_bench.ts";

/**
 * A training step of the MLP VAE 784-512-256-2 at batch 128 (forward, gradients, Adam) beside
 * PyTorch, tfjs-node-gpu where it is set up, and TensorFlow.js's own backends.
 */
export const VAE_STEP: StepBench = {
  title: "one step of an MLP VAE, batch 128",
  build: () => ({ step: defaultVae().step, feed: randomFeed() }),
  peer: ["step.py"],
  steps: 15,
  tfjsNode: "step",
  tfjs: { wasm: 1, cpu: 1 },
};
