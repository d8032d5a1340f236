import { basename, resolve } from "node:path";
import { classesOf, latentDimOf, type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { drawFromMixture } from "../../lib/latent/latent_points.ts";
import { type Latents, readLatents, readMixture } from "../../lib/run/latents_file.ts";
import { classifyLatents, type LatentClassifier } from "../../lib/latent/latent_classifier.ts";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { take } from "../../lib/array/rows.ts";
import { outlierLimits } from "../../lib/latent/outlier.ts";
import type { PageData } from "./page_data.ts";

/** The most points that the page shows: more would hide one another. */
const MAX_POINTS = 4000;

/** How many points are sampled for a run that keeps no latents. */
const SAMPLES = 1500;

/**
 * Gathers what the page needs to know of a run.
 *
 * @throws {InputError} If a file of the run is missing or damaged.
 */
export async function readPageData(run: Run): Promise<PageData> {
  const { classNames, imageShape, files } = run.manifest;
  const classifier = await readMixture(run);
  const latents = RUN_FILES.latents in files ? await readLatents(run) : undefined;
  return {
    name: basename(resolve(run.dir)),
    classNames: classesOf(run).map((label) => classNames?.[label] ?? String(label)),
    imageShape,
    latentDim: latentDimOf(run),
    classifier,
    ...latents === undefined ? fromMixture(classifier) : fromLatents(latents, classifier),
  };
}

type PointsData = Pick<PageData, "points" | "pointsAre" | "labelled" | "limits">;

function fromLatents(latents: Latents, classifier: LatentClassifier): PointsData {
  const { z, reconstructionError, labelled } = latents;
  const logLikelihood = latents.logLikelihood ?? classifyLatents(classifier, z).logLikelihood;
  return {
    points: spreadRows(z, MAX_POINTS),
    pointsAre: "training images",
    ...labelled && { labelled: { z: labelled.z, labels: [...labelled.labels] } },
    limits: outlierLimits({ logLikelihood, reconstructionError }),
  };
}

function fromMixture(classifier: LatentClassifier): PointsData {
  const points = drawFromMixture(SAMPLES, classifier);
  return {
    points,
    pointsAre: "samples from the mixture",
    limits: outlierLimits(classifyLatents(classifier, points)),
  };
}

/** At most `most` rows, evenly spread: images often come sorted by class. */
function spreadRows(z: NdArray<"float32">, most: number): NdArray<"float32"> {
  const [count] = z.shape;
  if (count <= most) return z;
  return take(z, Array.from({ length: most }, (_, i) => Math.floor(i * count / most)));
}
