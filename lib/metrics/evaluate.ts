import type { Images, LabelledImages } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import {
  type ClassificationScores,
  classificationScores,
  type ConfusionMatrix,
  confusionMatrix,
  meanSquaredError,
} from "./classification.ts";
import { slice } from "../array/rows.ts";
import type { Session } from "../runtime/session.ts";
import {
  classifyImages,
  decodeLatents,
  encodeImages,
  type RunImagesOptions,
} from "../runtime/run_images.ts";
import { structuralSimilarity } from "./ssim.ts";

/** How near reconstructed images come to the images, pixels in [0, 1]. */
export interface ReconstructionScores {
  /** The mean of the squared differences over all pixels of all images. */
  readonly meanSquaredError: number;
  /** The mean over images, 7x7 uniform window; `null` for images smaller than the window. */
  readonly structuralSimilarity: number | null;
}

/** (macro + micro) / 2 F1 over several draws of the labelled images. */
export interface LabelDraws {
  /** How many draws. */
  readonly count: number;
  readonly mean: number;
  /** Of the sample, with n - 1. */
  readonly standardDeviation: number;
  readonly worst: number;
}

/** What `metrics.json` holds. */
export interface Metrics extends ClassificationScores, ReconstructionScores {
  readonly confusionMatrix: ConfusionMatrix;
  /** How many images were judged. */
  readonly count: number;
  readonly seed: number;
  /** Which images these are, in words. */
  readonly split: string;
  /** Where draws were asked for. */
  readonly draws?: LabelDraws;
}

/** What an evaluation needs. */
export interface EvaluateOptions extends RunImagesOptions {
  /** A session of `classifier.onnx`, or for images of bytes `classifier_uint8.onnx`. */
  classifier: Session;
  /** A session of `decoder.onnx`. */
  decoder: Session;
  seed: number;
  split: string;
}

/** Judges a run's predictions and reconstructions by labelled images that it has not seen. */
export async function evaluate(
  { images, labels }: LabelledImages,
  { classifier, decoder, seed, split, chunkSize = 1000 }: EvaluateOptions,
): Promise<Metrics> {
  const predicted = new Int32Array(images.shape[0]);
  const tally = new ReconstructionTally();
  for (let start = 0; start < images.shape[0]; start += chunkSize) {
    const chunk = slice(images, start, Math.min(start + chunkSize, images.shape[0]));
    const answer = await classifyImages(classifier, chunk, { chunkSize });
    predicted.set(answer.labels, start);
    tally.add(chunk, await decodeLatents(decoder, answer.zMean!, { chunkSize }));
  }
  const matrix = confusionMatrix(labels, predicted);
  return {
    ...classificationScores(matrix),
    ...tally.scores(),
    confusionMatrix: matrix,
    count: images.shape[0],
    seed,
    split,
  };
}

/** The image that the decoder makes of each image's latent mean. */
export async function reconstructImages(
  images: Images,
  { encoder, decoder, chunkSize = 1000 }: RunImagesOptions & { encoder: Session; decoder: Session },
): Promise<Images> {
  return await decodeLatents(decoder, await encodeImages(encoder, images, { chunkSize }), {
    chunkSize,
  });
}

/** Gathers {@linkcode ReconstructionScores} over chunks of images. */
export class ReconstructionTally {
  #squares = 0;
  #pixels = 0;
  #similarity = 0;
  #images = 0;

  /** Counts images and what was made of them. */
  add(images: Images, reconstructed: Images): void {
    const [count, height, width, channels] = images.shape;
    const actual = toFloat32(images).data;
    const made = toFloat32(reconstructed).data;
    this.#squares += meanSquaredError(actual, made) * actual.length;
    this.#pixels += actual.length;
    this.#images += count;
    if (Math.min(height, width) < 7) {
      this.#similarity = NaN;
    } else {
      const similarity = structuralSimilarity([actual, made], [height, width, channels]);
      for (const value of similarity) this.#similarity += value;
    }
  }

  /** The scores of all images so far. */
  scores(): ReconstructionScores {
    const similarity = this.#similarity / this.#images;
    return {
      meanSquaredError: this.#squares / this.#pixels,
      structuralSimilarity: Number.isNaN(similarity) ? null : similarity,
    };
  }
}
