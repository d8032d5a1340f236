import type { NdArray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import { maxRows } from "../../lib/array/stats.ts";
import { type Images, type LabelledImages, toFloat32 } from "../../lib/data/mod.ts";
import type { HeldOut } from "../../lib/latent/held_out.ts";
import { classifyLatents, type LatentClassifier, type Selection } from "../../lib/latent/mod.ts";
import { scorePredictions } from "../../lib/metrics/classification.ts";
import { ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import { reconstructionErrors } from "../../lib/metrics/reconstruction_error.ts";
import { compareMixtures } from "../../lib/latent/compare_mixtures.ts";
import type { Latents } from "../../lib/run/latents_file.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";
import type { Session } from "../../lib/runtime/mod.ts";
import { chunkRows, decodeLatents } from "../../lib/runtime/run_images.ts";
import { outlierMetrics } from "./outlier_metrics.ts";

/** Images with their latent means, `[count, latentDim]`. */
export interface EncodedImages {
  readonly images: Images;
  readonly z: NdArray<"float32">;
}

/** Labelled images with their latent means. */
export type EncodedLabelled = EncodedImages & LabelledImages;

/** What {@linkcode scoreLatents} scores. */
export interface ScoredLatents {
  readonly train: EncodedImages;
  readonly labelled: EncodedLabelled;
  /** Where there are no test images, the labelled ones are scored. */
  readonly test: EncodedLabelled | undefined;
}

/** What one classifier of latents says of images. */
interface Predictions {
  readonly labels: Int32Array;
  /** The probability of each label. */
  readonly confidence: Float64Array;
  readonly logLikelihood: Float64Array;
  readonly reconstructionError: Float32Array;
}

/**
 * Scores a latent classifier and a decoder from latents alone: no image is encoded again.
 *
 * @param options `decoder` is a session of `decoder.onnx`; `outlierScores` are those that
 *   `classifier.onnx` gives to the images that are scored.
 */
export async function scoreLatents(
  { train, labelled, test }: ScoredLatents,
  { selection, decoder, outlierScores, seed }: {
    selection: Selection;
    decoder: Session;
    outlierScores: Float32Array;
    seed: number;
  },
): Promise<{ metrics: RunMetrics; latents: Latents }> {
  const { classifier } = selection;
  const scored = test ?? labelled;
  const reconstruction = new ReconstructionTally();
  const trained = await predict(train, { classifier, decoder });
  const predicted = await predict(scored, { classifier, decoder, tally: reconstruction });
  const correct = Array.from(predicted.labels, (label, i) => label === scored.labels[i]);
  const { heldOut } = selection;
  return {
    metrics: {
      ...test === undefined
        ? crossValidated(labelled.labels, heldOut, {
          by:
            "a mixture that was fitted without its label; the same folds chose the kind of mixture",
        })
        : {
          scored: {
            count: correct.length,
            split: "test images, which neither the networks nor the mixture have seen",
          },
          classification: scorePredictions(scored.labels, predicted),
        },
      reconstruction: reconstruction.scores(),
      selection: selectionMetrics(selection),
      mixture: {
        logLikelihood: mean(trained.logLikelihood),
        compared: compareMixtures(train.z, {
          classes: classifier.classes.length,
          transform: classifier.members[0].transform,
          seed,
        }),
      },
      outliers: outlierMetrics(outlierScores, correct),
    },
    latents: {
      z: train.z,
      labels: trained.labels,
      logLikelihood: trained.logLikelihood,
      reconstructionError: trained.reconstructionError,
      labelled: { z: labelled.z, labels: labelled.labels },
    },
  };
}

/**
 * The metrics of labelled images where there are no test images: by cross-validation. Without any
 * that could be held out there is no score.
 *
 * @param options `by` is what predicted each image, part of a sentence.
 */
export function crossValidated(
  labels: Int32Array,
  { rows, ...predicted }: HeldOut,
  { by }: { by: string },
): Pick<RunMetrics, "scored" | "classification"> {
  if (rows.length === 0) return {};
  return {
    scored: {
      count: rows.length,
      split: "labelled images by cross-validation",
      crossValidated: `each is predicted by ${by}`,
    },
    classification: scorePredictions(rows.map((row) => labels[row]), predicted),
  };
}

async function predict(
  { images, z }: EncodedImages,
  { classifier, decoder, tally }: {
    classifier: LatentClassifier;
    decoder: Session;
    tally?: ReconstructionTally;
  },
): Promise<Predictions> {
  const [count] = z.shape;
  const reconstructionError = new Float32Array(count);
  const step = chunkRows(images.shape);
  for (let start = 0; start < count; start += step) {
    const end = Math.min(start + step, count);
    const chunk = toFloat32(slice(images, start, end));
    const reconstructed = await decodeLatents(decoder, slice(z, start, end));
    tally?.add(chunk, reconstructed);
    const errors = reconstructionErrors(chunk.data, reconstructed.data, end - start);
    reconstructionError.set(errors, start);
  }
  const { labels, probabilities, logLikelihood } = classifyLatents(classifier, z);
  return { labels, confidence: maxRows(probabilities), logLikelihood, reconstructionError };
}

/** The candidates of a selection, as `metrics.json` holds them. */
export function selectionMetrics(
  { chosen, tried }: Selection,
): NonNullable<RunMetrics["selection"]> {
  const orNull = (value: number) => Number.isFinite(value) ? value : null;
  return {
    chosen: chosen.name,
    candidates: tried.map(({ name, accuracy, logLoss, logLikelihood, failure }) => ({
      name,
      accuracy: orNull(accuracy),
      logLoss: orNull(logLoss),
      logLikelihood: orNull(logLikelihood),
      ...failure && { failure },
    })),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
