import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import type { Images } from "../../lib/data/mod.ts";
import { kMeans } from "../../lib/mixture/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import type { Examples, Feed } from "../core/feed.ts";
import { adam } from "../core/optimizers.ts";
import { SCHEDULES, warmedUpBeta } from "../core/schedules.ts";
import { minimize, type Step } from "../core/step.ts";
import { trainableVariables } from "../core/variables.ts";
import { augmentedCopies } from "./augmentation.ts";
import type { UnlabelledData } from "../data/roles.ts";
import type { Context } from "./system.ts";
import { clusterPriorLoss } from "../networks/cluster_prior.ts";
import { negativeElbo } from "../networks/elbo.ts";
import { exportEncoder } from "./export_vae.ts";
import { phaseDefaults, type VaeValues } from "./vae_options.ts";
import { separateCenters } from "./separate_centers.ts";
import type { Vae, VaeLosses } from "../networks/vae.ts";

/** What {@linkcode trainVae} trains on: no labels. */
export type TrainVaeData = Pick<UnlabelledData, "train" | "validation">;

/** Options for {@linkcode trainVae}. */
export interface TrainVaeOptions {
  readonly values: VaeValues;
  /** How many classes there are, which decides defaults; not which image is of which. */
  readonly classCount: number;
  readonly context: Context;
}

/** Distance of the prior's centres, in standard deviations of a component. */
const SEPARATION = 6 * Math.sqrt(3);

/** The weight of consistency under the mixture prior, as a share of its weight before. */
const CLUSTER_CONSISTENCY = 0.3;

/** Runs of k-means; the best one counts. */
const KMEANS_RUNS = 5;

/**
 * Trains a variational autoencoder under the prior N(0, I); then, where there are cluster epochs,
 * clusters the latent means with k-means, and trains on under a mixture prior with well-separated
 * centres.
 */
export async function trainVae(
  vae: Vae,
  data: TrainVaeData,
  { values, classCount, context }: TrainVaeOptions,
): Promise<{ readonly clusterEpochs: number }> {
  const { epochs, clusterEpochs, clusters } = phaseDefaults(values, classCount);
  const { consistency, schedule } = values;
  const settings = { vae, data, values, context };
  await trainPhase(settings, {
    phase: "elbo",
    epochs,
    epochsAfter: clusterEpochs,
    losses: negativeElbo(vae, { consistency }),
    // The learning rate falls once, at the end.
    schedule: clusterEpochs > 0 ? "constant" : schedule,
    warmupEpochs: values.warmupEpochs,
  });
  if (clusterEpochs === 0) return { clusterEpochs };
  const found = await findClusters(vae, data, { clusters, context });
  await trainPhase(settings, {
    phase: "clusters",
    epochs: clusterEpochs,
    losses: clusterPriorLoss(vae, {
      centers: separateCenters(found.centers, SEPARATION),
      consistency: consistency * CLUSTER_CONSISTENCY,
    }),
    schedule,
    warmupEpochs: 0,
    cluster: found.cluster,
  });
  return { clusterEpochs };
}

/** What differs from phase to phase. */
interface VaePhase {
  readonly phase: string;
  readonly epochs: number;
  readonly epochsAfter?: number;
  readonly losses: VaeLosses;
  readonly schedule: VaeValues["schedule"];
  readonly warmupEpochs: number;
  /** One-hot clusters `[count, clusters]` of the training and the validation images. */
  readonly cluster?: Readonly<Record<keyof TrainVaeData, Examples[string] | undefined>>;
}

async function trainPhase(
  { vae, data, values, context }: {
    vae: Vae;
    data: TrainVaeData;
    values: VaeValues;
    context: Context;
  },
  { phase, epochs, epochsAfter = 0, losses, schedule, warmupEpochs, cluster }: VaePhase,
): Promise<void> {
  const { train, validation } = data;
  const { seed } = context;
  const { beta, consistency, learningRate, patience } = values;
  const stepsPerEpoch = Math.floor(train.shape[0] / context.batchSize);
  const [steps, warmupSteps] = [epochs, warmupEpochs].map((count) => count * stepsPerEpoch);
  const examplesOf = (role: keyof TrainVaeData, images: Images, epoch: number | "validation") => ({
    images,
    ...consistency > 0 && { augmented: augmentedCopies(images, values, { seed, epoch }) },
    ...cluster?.[role] && { cluster: cluster[role] },
  });
  const feedOf = (examples: Feed["examples"]): Feed => ({
    examples,
    noise: { epsilon: [vae.latentDim] },
    scalars: {
      learningRate: (step) => SCHEDULES[schedule](step, { steps, learningRate }),
      beta: (step) => warmedUpBeta(step, { beta, warmupSteps }),
      // In the first epoch every image moves with its cluster.
      ...cluster && { assigned: (step: number) => step < stepsPerEpoch ? 1 : 0 },
    },
  });
  const optimizer = adam(trainableVariables(vae.networks));
  const step: Step = (batch) => minimize(optimizer, batch.learningRate, () => losses(batch));
  try {
    await context.train(step, feedOf((epoch) => examplesOf("train", train, epoch)), {
      phase,
      epochs,
      epochsAfter,
      patience,
      validation: validation && {
        feed: feedOf(examplesOf("validation", validation, "validation")),
        losses,
      },
    });
  } finally {
    optimizer.dispose();
  }
}

/** Clusters the latent means of the training and the validation images with k-means. */
async function findClusters(
  vae: Vae,
  { train, validation }: TrainVaeData,
  { clusters, context }: { clusters: number; context: Context },
) {
  const imageShape = train.shape.slice(1);
  const encoder = await exportEncoder(vae, { imageShape, context, verify: false });
  const session = await createSession(encoder, context.session);
  const latents = await encodeImages(session, train);
  const others = validation && await encodeImages(session, validation);
  await session.release();
  const { centers, labels } = kMeans(latents, {
    nClusters: clusters,
    nInit: KMEANS_RUNS,
    seed: context.seed,
  });
  return {
    centers,
    cluster: {
      train: oneHot(labels, clusters),
      validation: others && oneHot(nearest(others, centers), clusters),
    },
  };
}

/** The index of the nearest centre of each row, `[count]`. */
function nearest(points: NdArray<"float32">, centers: NdArray<"float64">): Int32Array {
  const [clusters, size] = centers.shape;
  return Int32Array.from({ length: points.shape[0] }, (_, row) => {
    const distances = Array.from({ length: clusters }, (_, cluster) => {
      let sum = 0;
      for (let d = 0; d < size; d++) {
        sum += (points.data[row * size + d] - centers.data[cluster * size + d]) ** 2;
      }
      return sum;
    });
    return distances.indexOf(Math.min(...distances));
  });
}

function oneHot(labels: ArrayLike<number>, width: number) {
  const data = new Float32Array(labels.length * width);
  for (let i = 0; i < labels.length; i++) data[i * width + labels[i]] = 1;
  return ndarray("float32", [labels.length, width], data);
}
