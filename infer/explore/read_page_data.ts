import { basename, resolve } from "node:path";
import type { Run } from "../../lib/run/run_folder.ts";
import { drawFromMixture } from "../../lib/latent/latent_points.ts";
import type { Latents } from "../../lib/run/latents_file.ts";
import { classifyLatents, type LatentClassifier } from "../../lib/latent/latent_classifier.ts";
import { outlierLimits } from "../../lib/latent/outlier.ts";
import type { PageData } from "./page_data.ts";
import type { ShownSpace } from "./shown_space.ts";

/** How many points are sampled for a run that keeps no latents. */
const SAMPLES = 1500;

/** Gathers what the page needs to know of a run and of the latent space that it shows. */
export function readPageData(
  run: Run,
  { classifier, latents, outlierModel, note }: Omit<ShownSpace, "encoder" | "decoder">,
): PageData {
  const { classNames, imageShape } = run.manifest;
  return {
    name: basename(resolve(run.dir)),
    classNames: classifier.classes.map((label) => classNames?.[label] ?? String(label)),
    imageShape,
    latentDim: classifier.members[0].mixture.means.shape[1],
    classifier,
    tellsOutliers: outlierModel !== undefined,
    ...note && { note },
    ...latents === undefined ? fromMixture(classifier) : fromLatents(latents, classifier),
  };
}

type PointsData = Pick<PageData, "points" | "pointsAre" | "labelled" | "limits">;

function fromLatents(latents: Latents, classifier: LatentClassifier): PointsData {
  const { z, reconstructionError, labelled } = latents;
  const logLikelihood = latents.logLikelihood ?? classifyLatents(classifier, z).logLikelihood;
  return {
    points: z,
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
