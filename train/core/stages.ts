import { type Images, warpImages, type WarpOptions } from "../../lib/data/mod.ts";
import { kMeans } from "../../lib/mixture/mod.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { createSession, type DeviceName, type Profile } from "../../lib/runtime/mod.ts";
import { Random } from "../../lib/array/random.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import { separateCenters } from "./centers.ts";
import type { Rows, RowTypes } from "./engines/old/engine.ts";
import { exportEncoder } from "../export/export.ts";
import type { Model } from "../models/mod.ts";
import { clusterObjective } from "../objectives/clusters.ts";
import { elboObjective } from "../objectives/elbo.ts";
import type { Objective } from "../objectives/objective.ts";
import type { ScheduleName } from "./schedules.ts";

/** A part of training with one objective and one optimizer. */
export interface Stage {
  readonly name: "elbo" | "clusters";
  readonly objective: Objective;
  readonly epochs: number;
  readonly schedule: ScheduleName;
  /** The element type of each array of rows. */
  readonly rowTypes: RowTypes;
  /** What batches of the next epoch are gathered from. */
  nextRows(): Rows;
  /** The scalars of a step other than the learning rate and beta. */
  scalars(epoch: number): Readonly<Record<string, number>>;
}

/** What decides the stages of a training. */
export interface StageOptions {
  /** Epochs under the prior N(0, I). */
  readonly epochs: number;
  /** Epochs under a prior of clusters after that. */
  readonly clusterEpochs: number;
  /** Clusters of that prior. */
  readonly clusters: number;
  readonly consistency: number;
  readonly schedule: ScheduleName;
  readonly warp: WarpOptions;
  readonly seed: number;
  /** Where the encoder runs that the clusters are found with. */
  readonly device: DeviceName;
  readonly profile?: Profile | undefined;
}

/** Pairs of clusters are at least so many of their standard deviations apart. */
const SEPARATION = 6 * Math.sqrt(3);

/** The weight of consistency under the prior of clusters, as a part of its weight before. */
const CLUSTER_CONSISTENCY = 0.3;

/** Starts of k-means. */
const STARTS = 5;

/** The first stage: learn the images under the prior N(0, I). */
export function elboStage(model: Model, images: Images, options: StageOptions): Stage {
  const { epochs, clusterEpochs, consistency, schedule } = options;
  const warps = new Warps(images, options);
  return {
    name: "elbo",
    objective: elboObjective(model, { consistency }),
    epochs,
    // The rate falls once, at the end.
    schedule: clusterEpochs > 0 ? "constant" : schedule,
    rowTypes: { images: images.dtype, ...consistency === 0 ? {} : { warped: images.dtype } },
    nextRows: () => consistency === 0 ? { images } : { images, warped: warps.next() },
    scalars: () => ({}),
  };
}

/**
 * The second stage: take the clusters that are there in the latent means, and learn on with a prior
 * that has them apart. Nobody says what the clusters are.
 */
export async function clusterStage(
  model: Model,
  images: Images,
  options: StageOptions,
): Promise<Stage> {
  const { clusterEpochs, clusters, consistency, schedule, seed, device, profile } = options;
  const session = await createSession(exportEncoder(model), { device, profile });
  const latents = await encodeImages(session, images);
  await session.release();
  const { centers, labels } = kMeans(latents, { nClusters: clusters, nInit: STARTS, seed });
  const oneHot = new Float32Array(images.shape[0] * clusters);
  labels.forEach((label, i) => oneHot[i * clusters + label] = 1);

  const rows = {
    images,
    cluster: ndarray("float32", [images.shape[0], clusters], oneHot),
  };
  const warps = new Warps(images, options);
  return {
    name: "clusters",
    objective: clusterObjective(model, {
      centers: separateCenters(centers, SEPARATION),
      consistency: consistency * CLUSTER_CONSISTENCY,
    }),
    epochs: clusterEpochs,
    schedule,
    rowTypes: { images: rows.images.dtype, warped: rows.images.dtype, cluster: "float32" },
    nextRows: () => ({ ...rows, warped: warps.next() }),
    // In the first epoch every image goes where its cluster goes.
    scalars: (epoch) => ({ frozen: epoch === 1 ? 1 : 0 }),
  };
}

/** New warped copies of the images, epoch after epoch. */
class Warps {
  readonly #images: Images;
  readonly #options: WarpOptions;
  readonly #random: Random;

  constructor(images: Images, { warp, seed }: StageOptions) {
    this.#images = images;
    this.#options = warp;
    this.#random = new Random(seed, "warps");
  }

  next(): Rows[string] {
    return warpImages(this.#images, this.#random, this.#options);
  }
}
