import type { NdArray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import { maxRows } from "../../lib/array/stats.ts";
import { type Images, type LabelledImages, toFloat32 } from "../../lib/data/mod.ts";
import { outlierWarnings } from "../../lib/latent/fit_outlier_detector.ts";
import type { HeldOut } from "../../lib/latent/held_out.ts";
import { selectionWarnings } from "../../lib/latent/selection_warnings.ts";
import { scorePredictions } from "../../lib/metrics/classification.ts";
import { ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import { type ExampleSet, pickExamples } from "../../lib/run/examples.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";
import { createSession, type Session } from "../../lib/runtime/mod.ts";
import {
  chunkRows,
  type Classified,
  classifyImages,
  decodeLatents,
} from "../../lib/runtime/run_images.ts";
import type { FewLabelsData } from "../data/roles.ts";
import { baselineWarnings, scoreBaselines } from "./baseline_scores.ts";
import { crossValidated } from "./latent_scores.ts";
import { outlierMetrics } from "./outlier_metrics.ts";
import type { Context, Outcome } from "./system.ts";

/** What `classifier.onnx` says of images; this system's has every output. */
async function answer(classifier: Session, images: Images) {
  return await classifyImages(classifier, images, { floats: true }) as Required<Classified>;
}

/** How near reconstructions of features come to images. */
async function scoreReconstructions(
  images: Images,
  { zMean, decoder }: { zMean: NdArray<"float32">; decoder: Session },
): Promise<ReturnType<ReconstructionTally["scores"]>> {
  const tally = new ReconstructionTally();
  const [count] = images.shape;
  const step = chunkRows(images.shape);
  for (let start = 0; start < count; start += step) {
    const end = Math.min(count, start + step);
    const reconstructed = await decodeLatents(decoder, slice(zMean, start, end));
    tally.add(toFloat32(slice(images, start, end)), reconstructed);
  }
  return tally.scores();
}

/**
 * Scores the exported models beside the baselines of raw pixels.
 *
 * @param options `heldOut` are predictions of labelled images without their labels, which are scored
 * where there are no test images.
 */
export async function scoreModels(
  models: Outcome["models"],
  { train, labelled, test }: FewLabelsData,
  { context: { session, seed, classNames }, heldOut }: { context: Context; heldOut: HeldOut },
): Promise<Pick<Outcome, "metrics" | "latents" | "examples"> & { warnings: string[] }> {
  const classifier = await createSession(models["classifier.onnx"], session);
  const decoder = await createSession(models["decoder.onnx"], session);
  const scored = test ?? labelled;
  const trained = await answer(classifier, train);
  const predicted = await answer(classifier, scored.images);
  const known = await answer(classifier, labelled.images);
  const correct = Array.from(predicted.labels, (label, i) => label === scored.labels[i]);
  const metrics: RunMetrics = {
    ...test === undefined
      ? crossValidated(labelled.labels, heldOut, {
        by: "spreading the other labels on features learned without labels; " +
          "the classifier that was trained after that is not in it",
      })
      : {
        scored: { count: correct.length, split: "test images, which were not learned" },
        classification: scorePredictions(scored.labels, {
          labels: predicted.labels,
          confidence: maxRows(predicted.probabilities),
        }),
      },
    reconstruction: await scoreReconstructions(scored.images, {
      zMean: predicted.zMean,
      decoder,
    }),
    outliers: outlierMetrics(predicted.outlierScores, correct),
  };
  const warnings = outlierWarnings(train.shape[0] + labelled.labels.length);
  if (metrics.classification !== undefined) {
    const images = { train, labelled, test };
    const baselines = await scoreBaselines(images, { session, seed });
    warnings.push(...baselineWarnings(baselines, {
      meanF1: metrics.classification.meanF1,
      count: metrics.scored!.count,
      remedy: "--effort 2, or more labels; with hundreds of each class --model classifier",
    }));
    metrics.classification.baselines = baselines;
  }
  const shown = async (given: LabelledImages): Promise<ExampleSet> => {
    const images = pickExamples(given);
    const { zMean } = await answer(classifier, images);
    return { images, reconstructed: await decodeLatents(decoder, zMean) };
  };
  const examples = {
    labelled: await shown(labelled),
    ...test && { test: await shown(test) },
  };
  await classifier.release();
  await decoder.release();
  const right = heldOut.rows.filter((row, i) => heldOut.labels[i] === labelled.labels[row]);
  return {
    metrics,
    warnings: [
      ...selectionWarnings(labelled.labels, known.labels, {
        accuracy: right.length / heldOut.rows.length,
        unlabelled: trained.labels,
        classNames,
      }),
      ...warnings,
    ],
    examples,
    latents: {
      z: trained.zMean,
      labels: trained.labels,
      logLikelihood: Float64Array.from(trained.logLikelihood),
      labelled: { z: known.zMean, labels: labelled.labels },
    },
  };
}
