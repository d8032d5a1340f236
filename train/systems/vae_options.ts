import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { augmentationOptions } from "./augmentation.ts";
import type { ImageShape } from "../networks/mlp.ts";
import { trainingOptions } from "./training_options.ts";
import { type DataSize, fitEpochs, fitFilters, fitLatentDim, isPhoto } from "./fit_to_data.ts";

/** The options of the system `vae`. */
export const vaeOptions = {
  network: {
    kind: "choice",
    choices: ["mlp", "conv"],
    description:
      "Dense layers, or convolutions; by default convolutions for images in colour or larger than 32x32",
  },
  hidden: {
    kind: "integers",
    description:
      "Units of the encoder's dense layers, for mlp; the decoder has them in reverse; 512,256 by default",
    min: 1,
  },
  filters: {
    kind: "integers",
    description:
      "Filters of the encoder's convolutions of stride 2, for conv; by default 16,32 and on until maps are 8x8",
    min: 1,
  },
  latentDim: {
    kind: "integer",
    description: "Latent variables; by default one less than there are classes, at least 2",
    min: 1,
  },
  reconstruction: {
    kind: "choice",
    choices: ["bernoulli", "gaussian"],
    description: "Reconstruction loss: binary cross-entropy, or the log-likelihood of a Gaussian",
    default: "bernoulli",
  },
  standardDeviation: {
    kind: "number",
    description:
      "Standard deviation of this Gaussian, for pixels in [0, 1]; 0 estimates it from each batch",
    default: 0.1,
    min: 0,
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
    description:
      "Epochs under the prior N(0, I); by default 4 if cluster epochs follow, else 8, or as many as make 1,000 steps",
    min: 1,
  },
  clusterEpochs: {
    kind: "integer",
    description:
      "Epochs after that under a mixture prior, whose centres k-means finds in the latent means; by default only if there are gaps between the clusters",
    min: 0,
  },
  reconstructionEpochs: {
    kind: "integer",
    description:
      "Epochs at the end that train for squared error and SSIM: sharper reconstructions, but after many of them classes overlap in the latent space",
    default: 0,
    min: 0,
  },
  clusters: {
    kind: "integer",
    description: "Components of the mixture prior; by default one per class",
    min: 2,
  },
  consistency: {
    kind: "number",
    description:
      "Weight of the augmentation consistency loss; 0 disables augmentation; by default 10, or less for images smaller than 28x28",
    min: 0,
  },
  ...augmentationOptions,
  ...trainingOptions({ learningRate: 2e-3, schedule: "cosine" }),
  patience: {
    kind: "integer",
    description:
      "End a phase after this many epochs without a lower validation loss; 0 disables early stopping",
    default: 0,
    min: 0,
  },
} as const satisfies OptionTable;

/** The values of {@linkcode vaeOptions}. */
export type VaeValues = OptionValues<typeof vaeOptions>;

/** The weight of consistency for images of 28x28. */
const CONSISTENCY = 10;

/** Small images have less to reconstruct in nats, which consistency must not outweigh. */
function fitConsistency([height, width]: ImageShape): number {
  return Math.round(100 * CONSISTENCY * Math.min(1, height * width / 784)) / 100;
}

/** Steps of a training at least, where the user gives no epochs. */
const LEAST_STEPS = 1000;

/** Epochs of the usual training: all of them under N(0, I), or the first half and cluster epochs. */
const EPOCHS = 8;
const CLUSTER_EPOCHS = 5;

/** Options with what the user left open chosen from the data. */
export type FittedVaeValues =
  & VaeValues
  & {
    readonly [
      K in "network" | "hidden" | "filters" | "latentDim" | "consistency" | "epochs" | "clusters"
    ]: NonNullable<VaeValues[K]>;
  }
  & {
    /** Whether the images decide after half of the epochs if there are cluster epochs. */
    readonly clusterEpochsOpen: boolean;
    readonly clusterEpochs: number;
  };

/** Chooses what the user left open. Of labels only the number of classes counts. */
export function fitVaeOptions(
  values: VaeValues,
  { imageShape, classes, ...size }: DataSize & { classes: number; batchSize: number },
): FittedVaeValues {
  const { hidden, filters, clusterEpochs } = values;
  const wantsConv = filters !== undefined || (hidden === undefined && isPhoto(imageShape));
  const network = values.network ?? (wantsConv ? "conv" : "mlp");
  const other = network === "mlp" ? "filters" : "hidden";
  if (values[other] !== undefined) {
    throw new InputError(
      `Cannot use --${other} with --network ${network}: it is of the other network, --${
        network === "mlp" ? "hidden" : "filters"
      } is needed`,
    );
  }
  const fit = (epochs: number) => fitEpochs(size, { epochs, steps: LEAST_STEPS * epochs / EPOCHS });
  const usual = fit(clusterEpochs === undefined || clusterEpochs > 0 ? EPOCHS / 2 : EPOCHS);
  return {
    ...values,
    network,
    hidden: hidden ?? [512, 256],
    filters: filters ?? fitFilters(imageShape),
    latentDim: values.latentDim ?? fitLatentDim(classes),
    consistency: values.consistency ?? fitConsistency(imageShape),
    epochs: values.epochs ?? usual,
    clusterEpochs: clusterEpochs ?? fit(CLUSTER_EPOCHS),
    clusterEpochsOpen: clusterEpochs === undefined,
    clusters: values.clusters ?? Math.max(2, classes),
  };
}
