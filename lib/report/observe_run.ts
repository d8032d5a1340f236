import { calibrationOf } from "../metrics/calibration.ts";
import type { Images, LabelledImages } from "../data/dataset.ts";
import { slice, take } from "../array/rows.ts";
import { toFloat32 } from "../data/pixels.ts";
import { histogramOf } from "../array/stats.ts";
import type { Latents } from "../run/latents_file.ts";
import { classifyLatents, type LatentClassifier } from "../latent/latent_classifier.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Session } from "../runtime/session.ts";
import { Random } from "../array/random.ts";
import { reconstructionErrors } from "../metrics/reconstruction_error.ts";
import { outlierLimits, outlierReason } from "../latent/outlier.ts";
import { decodeLatents, encodeImages } from "../runtime/run_images.ts";
import { compareMixtures } from "./compare_mixtures.ts";
import type { Observation } from "./summary.ts";

/** What a run is observed on. */
export interface ObservedImages {
  /** What the model learned from. */
  readonly trained: Images;
  /** What gave the mixture its classes. */
  readonly labelled: LabelledImages;
  /** What the run is judged by: the test images, or else the labelled ones. */
  readonly scored: LabelledImages;
}

/** Options for {@linkcode observeRun}. */
export interface ObserveRunOptions {
  encoder: Session;
  decoder: Session;
  classifier: LatentClassifier;
  /** The most training images to observe, drawn by seed. @default {60000} */
  maxImages?: number;
  /** @default {0} */
  seed?: number;
}

const CHUNK_SIZE = 1000;

/** Runs a run's models over its images, to see where they lie and which it would refuse. */
export async function observeRun(
  { trained, labelled, scored }: ObservedImages,
  { encoder, decoder, classifier, maxImages = 60000, seed = 0 }: ObserveRunOptions,
): Promise<{ observation: Observation; latents: Latents }> {
  const models = { encoder, decoder };
  const training = await judge(drawImages(trained, { maxImages, seed }), models, classifier);
  const judged = await judge(scored.images, models, classifier);
  const limits = outlierLimits(training);
  const right = Array.from(judged.labels, (label, i) => label === scored.labels[i]);
  const kept = right.filter((_, i) =>
    outlierReason({
      logLikelihood: judged.logLikelihood[i],
      reconstructionError: judged.reconstructionError[i],
    }, limits) === undefined
  );
  const { z, labels, logLikelihood, reconstructionError } = training;
  return {
    latents: {
      z,
      labels,
      logLikelihood,
      reconstructionError,
      labelled: { z: await encodeImages(encoder, labelled.images), labels: labelled.labels },
    },
    observation: {
      mixture: {
        compared: compareMixtures(z, {
          classes: classifier.classes.length,
          transform: classifier.members[0].transform,
          seed,
        }),
        logLikelihood: logLikelihood.reduce((sum, value) => sum + value, 0) / z.shape[0],
      },
      calibration: calibrationOf(judged.confidence, right),
      outliers: {
        rate: limits.rate,
        thresholds: {
          logLikelihood: limits.logLikelihood,
          reconstructionError: limits.reconstructionError!,
        },
        share: 1 - kept.length / right.length,
        accuracyOfOthers: kept.length === 0 ? null : kept.filter(Boolean).length / kept.length,
        histograms: {
          logLikelihood: histogramOf([logLikelihood, judged.logLikelihood]),
          reconstructionError: histogramOf([reconstructionError, judged.reconstructionError], {
            tails: [0, 0.002],
          }),
        },
      },
    },
  };
}

/** What a run says of images. */
interface Judgement {
  readonly z: NdArray<"float32">;
  readonly labels: Int32Array;
  /** The probability of each label. */
  readonly confidence: Float64Array;
  readonly logLikelihood: Float64Array;
  readonly reconstructionError: Float32Array;
}

async function judge(
  images: Images,
  { encoder, decoder }: { encoder: Session; decoder: Session },
  classifier: LatentClassifier,
): Promise<Judgement> {
  const [count] = images.shape;
  const latentDim = classifier.members[0].transform.mean.length;
  const z = new Float32Array(count * latentDim);
  const reconstructionError = new Float32Array(count);
  for (let start = 0; start < count; start += CHUNK_SIZE) {
    const chunk = slice(images, start, Math.min(start + CHUNK_SIZE, count));
    const means = await encodeImages(encoder, chunk, { chunkSize: CHUNK_SIZE });
    const made = await decodeLatents(decoder, means, { chunkSize: CHUNK_SIZE });
    z.set(means.data, start * latentDim);
    const pixels = [toFloat32(chunk).data, toFloat32(made).data] as const;
    reconstructionError.set(reconstructionErrors(...pixels, chunk.shape[0]), start);
  }
  const array = ndarray("float32", [count, latentDim], z);
  const { labels, probabilities, logLikelihood } = classifyLatents(classifier, array);
  const classes = classifier.classes.length;
  const confidence = Float64Array.from(
    { length: count },
    (_, i) =>
      probabilities.data.subarray(i * classes, (i + 1) * classes).reduce((a, b) => Math.max(a, b)),
  );
  return { z: array, labels, confidence, logLikelihood, reconstructionError };
}

function drawImages(
  images: Images,
  { maxImages, seed }: { maxImages: number; seed: number },
): Images {
  if (images.shape[0] <= maxImages) return images;
  const order = new Random(seed, "observed images").permutation(images.shape[0]);
  return take(images, order.subarray(0, maxImages).sort());
}
