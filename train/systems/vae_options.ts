import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import { SCHEDULES } from "../core/schedules.ts";
import { augmentationOptions } from "./augmentation.ts";

/** The options of the system `vae`. */
export const vaeOptions = {
  hidden: {
    kind: "integers",
    description: "Units of the encoder's hidden layers; the decoder has them in reverse",
    default: [512, 256],
    min: 1,
  },
  latentDim: { kind: "integer", description: "Latent variables", default: 2, min: 1 },
  reconstruction: {
    kind: "choice",
    choices: ["bernoulli", "gaussian"],
    description: "The distribution of a pixel: cross-entropy, or squared error",
    default: "bernoulli",
  },
  standardDeviation: {
    kind: "number",
    description: "Of a pixel in [0, 1], for --reconstruction gaussian",
    default: 0.1,
    above: 0,
  },
  beta: { kind: "number", description: "Weight of the KL divergence", default: 1, min: 0 },
  warmupEpochs: {
    kind: "number",
    description: "Epochs over which beta rises from 0",
    default: 0,
    min: 0,
  },
  epochs: {
    kind: "integer",
    description: "Epochs under the prior N(0, I); 4 before cluster epochs, else 8",
    min: 1,
  },
  clusterEpochs: {
    kind: "integer",
    description:
      "Epochs after that: clusters the latent means with k-means, then trains on under a mixture prior with well-separated centres; 5 for up to three classes, else 0",
    min: 0,
  },
  clusters: {
    kind: "integer",
    description: "Components of the mixture prior; by default one per class",
    min: 2,
  },
  consistency: {
    kind: "number",
    description: "Weight of the augmentation consistency loss; 0 disables augmentation",
    default: 10,
    min: 0,
  },
  ...augmentationOptions,
  learningRate: { kind: "number", description: "Of Adam", default: 2e-3, above: 0 },
  schedule: {
    kind: "choice",
    choices: Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[],
    description: "How the learning rate changes in the last phase",
    default: "cosine",
  },
  patience: {
    kind: "integer",
    description: "End a phase after this many epochs without a lower validation loss; 0 never does",
    default: 0,
    min: 0,
  },
} as const satisfies OptionTable;

/** The values of {@linkcode vaeOptions}. */
export type VaeValues = OptionValues<typeof vaeOptions>;

/**
 * Classes up to which there are cluster epochs by default. Three digits gain by them, as k-means
 * finds their clusters. Ten do not: it splits some digits and merges others.
 */
const MAX_CLUSTERED_CLASSES = 3;

/** The epochs and clusters of a training, where the user gives none. */
export function phaseDefaults(
  { epochs, clusterEpochs, clusters }: VaeValues,
  classCount: number,
): { epochs: number; clusterEpochs: number; clusters: number } {
  const second = clusterEpochs ?? (classCount <= MAX_CLUSTERED_CLASSES ? 5 : 0);
  return {
    clusterEpochs: second,
    epochs: epochs ?? (second > 0 ? 4 : 8),
    clusters: clusters ?? Math.max(2, classCount),
  };
}
