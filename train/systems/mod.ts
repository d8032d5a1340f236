import { autoencoder } from "./autoencoder.ts";
import { classifier } from "./classifier.ts";
import { cvae } from "./cvae.ts";
import { dcgan } from "./dcgan.ts";
import { fewLabels } from "./few_labels.ts";
import { vae } from "./vae.ts";
import { vqVae } from "./vq_vae.ts";

/** Every system, by the name that `--model` takes: to add one, add a file and a line. */
export const SYSTEMS = {
  vae,
  "few-labels": fewLabels,
  autoencoder,
  cvae,
  "vq-vae": vqVae,
  dcgan,
  classifier,
} as const;

/** The name of a system. */
export type SystemName = keyof typeof SYSTEMS;
