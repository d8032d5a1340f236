import { slice } from "../lib/array/rows.ts";
import type { Images } from "../lib/data/dataset.ts";
import { toleranceOf } from "../lib/data/white.ts";
import { InputError } from "../lib/input_error.ts";
import { isOutlier } from "../lib/latent/outlier_detector.ts";
import type { Run } from "../lib/run/run_folder.ts";
import type { Classified } from "../lib/runtime/run_images.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";
import { type Classifier, openClassifier } from "./classifier.ts";
import { openRunImages, type OpenRunImagesOptions } from "./load.ts";

/** The prediction for an image. */
export interface Prediction {
  /** The name of its file, where it is one. */
  readonly file?: string;
  readonly label: number;
  /** The name of the label, or its number if it has none. */
  readonly name: string;
  /** Of each class, in the order of the classifier's classes: `[classes]`. */
  readonly probabilities: Float32Array;
  /** Whether it is unlike the training images, where a rate was given. */
  readonly isOutlier?: boolean;
}

/** Options for {@linkcode classify}. */
export interface ClassifyOptions extends Omit<OpenRunImagesOptions, "labels" | "classes"> {
  /** How the model runs. @default {{}} */
  session?: SessionOptions;
  /** Tells outliers, at this rate of false alarms. */
  outliers?: number;
  /** Told how many images are done. */
  onProgress?: (done: number, total: number) => void;
  /** Ends it. */
  signal?: AbortSignal;
}

/**
 * The predictions of a run for images, in their order, one by one as they are made: it holds a chunk
 * of images in memory at a time.
 *
 * @param images A path, which is read as the command `classify` reads it, or bytes or floats in
 * [0, 1] of the run's shape, `[count, height, width, channels]`.
 *
 * @example Usage
 * ```ts ignore
 * import { classify, openRun } from "@glimpse/glimpse/infer";
 *
 * for await (const { file, name } of classify(await openRun("runs/mine"), "photos/")) {
 *   console.log(file, name);
 * }
 * ```
 *
 * @throws {InputError} If the images cannot be read or do not fit, or the run has no classifier.
 */
export async function* classify(
  run: Run,
  images: string | Images,
  { session = {}, outliers: rate, onProgress, signal, ...reading }: ClassifyOptions = {},
): AsyncGenerator<Prediction, void, void> {
  const source = typeof images === "string"
    ? await openRunImages(images, run, { ...reading, labels: false })
    : sourceOf(images);
  const classifier = openClassifier(run, session);
  const { fileNames } = source;
  const { classes } = classifier;
  try {
    for await (const { start, answer, outliers } of predictChunks(source, classifier, rate)) {
      signal?.throwIfAborted();
      const { labels, probabilities: { data } } = answer;
      for (const [i, label] of labels.entries()) {
        yield {
          ...fileNames && { file: fileNames[start + i] },
          label,
          name: classifier.nameOf(label),
          probabilities: data.slice(i * classes.length, (i + 1) * classes.length),
          ...outliers && { isOutlier: outliers[i] },
        };
      }
      onProgress?.(start + labels.length, source.count);
    }
  } finally {
    await classifier.release();
  }
}

/** Images that are read in chunks. */
interface Chunked {
  readonly count: number;
  readonly fileNames?: readonly string[];
  chunks(size: number): AsyncIterable<Images> | Iterable<Images>;
}

function sourceOf(images: Images): Chunked {
  const count = images.shape[0];
  const { dtype, data } = images;
  const within = toleranceOf(dtype);
  const wrong = dtype === "float32"
    ? data.findIndex((v) => !(v >= -within && v <= 1 + within))
    : -1;
  if (wrong !== -1) {
    throw new InputError(
      `Cannot classify images: a pixel of image ${
        Math.floor(wrong * count / data.length)
      } (the first is 0) is ${data[wrong]}, floats from 0 to 1 or bytes from 0 to 255 are needed`,
    );
  }
  return {
    count,
    *chunks(size) {
      for (let start = 0; start < count; start += size) {
        yield slice(images, start, Math.min(start + size, count));
      }
    },
  };
}

// Large enough for the cost of a call not to show, small enough for a chunk to stay in the cache.
const CHUNK_SIZE = 1000;

/** What is predicted for a chunk of images. */
export interface PredictedChunk {
  /** The number of images before it. */
  readonly start: number;
  readonly answer: Classified;
  /** Which images are outliers, where a rate was given. */
  readonly outliers?: readonly boolean[];
}

/**
 * The predictions for images, a chunk at a time.
 *
 * @param rate Of false alarms, for outliers; without, none are told.
 * @throws {InputError} If the classifier does not tell outliers.
 */
export async function* predictChunks(
  source: Chunked,
  classifier: Classifier,
  rate: number | undefined,
): AsyncGenerator<PredictedChunk, void, void> {
  let start = 0;
  for await (const chunk of source.chunks(CHUNK_SIZE)) {
    const answer = await classifier.classify(chunk, { chunkSize: CHUNK_SIZE });
    yield { start, answer, ...rate !== undefined && { outliers: flagOutliers(answer, rate) } };
    start += chunk.shape[0];
  }
}

/**
 * Which images are outliers at a rate of false alarms.
 *
 * @throws {InputError} If the classifier does not tell outliers.
 */
export function flagOutliers({ outlierScores }: Classified, rate: number): boolean[] {
  if (outlierScores !== undefined) {
    return Array.from(outlierScores, (score) => isOutlier(score, rate));
  }
  throw new InputError(
    "Cannot detect outliers: the classifier has no output outlier_score, a run that is trained again has one",
  );
}
