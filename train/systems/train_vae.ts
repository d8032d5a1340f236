import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import type { Images } from "../../lib/data/mod.ts";
import { boundaryDensity } from "../../lib/mixture/cluster_gaps.ts";
import { kMeans } from "../../lib/mixture/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import type { EpochLog } from "../core/callbacks.ts";
import type { Examples, Feed } from "../core/feed.ts";
import { createOptimizer } from "../core/optimizers.ts";
import { scheduled, warmedUpBeta } from "../core/schedules.ts";
import { minimize, type Step } from "../core/step.ts";
import { trainableVariables } from "../core/variables.ts";
import { augmentedCopies } from "./augmentation.ts";
import type { UnlabelledData } from "../data/roles.ts";
import type { Context } from "./system.ts";
import { clusterPriorLoss } from "../networks/cluster_prior.ts";
import { negativeElbo } from "../networks/elbo.ts";
import { sharpened } from "../networks/sharpened.ts";
import { exportEncoder } from "./export_vae.ts";
import type { FittedVaeValues, VaeValues } from "./vae_options.ts";
import { separateCenters } from "./separate_centers.ts";
import type { Vae, VaeLosses } from "../networks/vae.ts";

/** What {@linkcode trainVae} trains on: no labels. */
export type TrainVaeData = Pick<UnlabelledData, "train" | "validation">;

/** Options for {@linkcode trainVae}. */
export interface TrainVaeOptions {
  readonly values: FittedVaeValues;
  readonly context: Context;
}

/** Distance of the prior's centres, in standard deviations of a component. */
const SEPARATION = 6 * Math.sqrt(3);

/** The weight of consistency under the mixture prior, as a share of its weight before. */
const CLUSTER_CONSISTENCY = 0.3;

/** The weight of consistency in reconstruction epochs, whose loss is about so many times as large. */
const SHARP_CONSISTENCY = 10;

/** Runs of k-means; the best one counts. */
const KMEANS_RUNS = 5;

/** Clusters are there if the space between any two is at most so dense, see `boundaryDensity()`. */
const MAX_BOUNDARY_DENSITY = 0.65;

/**
 * Trains a variational autoencoder under the prior N(0, I), and clusters the latent means with
 * k-means. Where cluster epochs are asked for, or gaps between the clusters show that they are there, it
 * trains on under a mixture prior with well-separated centres; else under N(0, I). With
 * reconstruction epochs it then trains on, under the same prior, for what reconstructions are scored by.
 */
export async function trainVae(
  vae: Vae,
  data: TrainVaeData,
  { values, context }: TrainVaeOptions,
): Promise<{ readonly clusterEpochs: number; readonly last: EpochLog | undefined }> {
  const { epochs, clusterEpochs, clusterEpochsOpen, clusters, consistency } = values;
  const { reconstructionEpochs } = values;
  const settings = { vae, data, values, context };
  // The learning rate falls once, at the end.
  const schedule = reconstructionEpochs > 0 ? "constant" : values.schedule;
  const train = (phase: Omit<VaePhase, "schedule">, schedule: VaeValues["schedule"]) =>
    trainPhase(settings, { ...phase, schedule });
  /** Ends with reconstruction epochs, if there are any. */
  const finish = async (
    phase: Omit<VaePhase, "schedule" | "losses">,
    lossesOf: (vae: Vae, consistency: number) => VaeLosses,
  ) => {
    const epochsAfter = reconstructionEpochs;
    const last = await train({ ...phase, epochsAfter, losses: lossesOf(vae, 1) }, schedule);
    if (reconstructionEpochs === 0) return last;
    return await train({
      ...phase,
      phase: "reconstruction",
      epochs: reconstructionEpochs,
      epochsBefore: Infinity,
      losses: lossesOf(sharpened(vae), SHARP_CONSISTENCY),
    }, values.schedule);
  };
  const elbo = (vae: Vae, weight: number) =>
    negativeElbo(vae, { consistency: weight * consistency });
  if (!clusterEpochsOpen && clusterEpochs === 0) {
    return { clusterEpochs, last: await finish({ phase: "elbo", epochs }, elbo) };
  }
  await train({
    losses: elbo(vae, 1),
    phase: "elbo",
    epochs,
    epochsAfter: clusterEpochs + reconstructionEpochs,
  }, "constant");
  const found = await findClusters(vae, data, { clusters, context });
  if (clusterEpochsOpen) {
    const density = found.boundaryDensity;
    const isClustered = density <= MAX_BOUNDARY_DENSITY;
    context.choose({ clusterEpochs: isClustered ? clusterEpochs : 0 }, {
      reason: `the space between the clusters of latent means is ${
        density.toFixed(2)
      } times as dense as their centres`,
    });
    if (!isClustered) {
      const annealing = { phase: "anneal", epochs, epochsBefore: epochs };
      return { clusterEpochs: 0, last: await finish(annealing, elbo) };
    }
  }
  const centers = separateCenters(found.centers, SEPARATION);
  const last = await finish({
    phase: "clusters",
    epochs: clusterEpochs,
    epochsBefore: Infinity,
    cluster: found.cluster,
  }, (vae, weight) =>
    clusterPriorLoss(vae, {
      centers,
      consistency: weight * consistency * CLUSTER_CONSISTENCY,
    }));
  return { clusterEpochs, last };
}

/** What differs from phase to phase. */
interface VaePhase {
  readonly phase: string;
  readonly epochs: number;
  /** Epochs before it that the warm-up counts. @default {0} */
  readonly epochsBefore?: number;
  readonly epochsAfter?: number;
  readonly losses: VaeLosses;
  readonly schedule: VaeValues["schedule"];
  /** One-hot clusters `[count, clusters]` of the training and the validation images. */
  readonly cluster?: Readonly<Record<keyof TrainVaeData, Examples[string] | undefined>>;
}

async function trainPhase(
  { vae, data, values, context }: {
    vae: Vae;
    data: TrainVaeData;
    values: FittedVaeValues;
    context: Context;
  },
  { phase, epochs, epochsBefore = 0, epochsAfter = 0, losses, schedule, cluster }: VaePhase,
): Promise<EpochLog | undefined> {
  const { train, validation } = data;
  const { seed } = context;
  const { beta, consistency, learningRate, patience } = values;
  const warmupEpochs = Math.max(0, values.warmupEpochs - epochsBefore);
  const stepsPerEpoch = context.stepsPerEpoch(train.shape[0]);
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
      learningRate: scheduled({ schedule, learningRate }, steps),
      beta: (step) => warmedUpBeta(step, { beta, warmupSteps }),
      // In the first epoch every image moves with its cluster.
      ...cluster && { assigned: (step: number) => step < stepsPerEpoch ? 1 : 0 },
    },
  });
  const optimizer = createOptimizer(trainableVariables(vae.networks), values);
  const step: Step = (batch) => minimize(optimizer, batch.learningRate, () => losses(batch));
  const logs = await context.train(step, feedOf((epoch) => examplesOf("train", train, epoch)), {
    phase,
    epochs,
    epochsAfter,
    patience,
    validation: validation && {
      feed: feedOf(examplesOf("validation", validation, "validation")),
      losses,
    },
  });
  return logs.at(-1);
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
    boundaryDensity: boundaryDensity(latents, labels, centers),
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
