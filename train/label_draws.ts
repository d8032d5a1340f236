import type { LabelledImages } from "../lib/data/mod.ts";
import type { LabelDraws } from "../lib/metrics/evaluate.ts";
import { classificationScores, confusionMatrix } from "../lib/metrics/classification.ts";
import {
  type Candidate,
  classifyLatents,
  fitLatentClassifier,
  type LabelledLatents,
} from "../lib/latent/mod.ts";
import type { NdArray } from "../lib/array/ndarray.ts";
import type { Session } from "../lib/runtime/mod.ts";
import { encodeImages } from "../lib/runtime/run_images.ts";

/** What {@linkcode scoreDraws} is given. */
export interface ScoreDrawsOptions {
  /** A session of the encoder. */
  readonly encoder: Session;
  /** The latent means of the unlabelled images, `[count, latentDim]`. */
  readonly latents: NdArray<"float64">;
  /** The mixture that was chosen for the run: it is fitted anew, not chosen anew. */
  readonly chosen: Candidate;
  readonly seed: number;
}

/**
 * How much the scores depend on which images are labelled: fits the mixture with each of several
 * draws of labelled images, and scores it on the same test images.
 */
export async function scoreDraws(
  draws: readonly LabelledImages[],
  test: LabelledImages,
  { encoder, latents, chosen, seed }: ScoreDrawsOptions,
): Promise<LabelDraws> {
  const tested = await encodeImages(encoder, test.images);
  const scores: number[] = [];
  for (const { images, labels } of draws) {
    const labelled: LabelledLatents = { latents: await encodeImages(encoder, images), labels };
    const classifier = fitLatentClassifier(latents, labelled, { members: chosen.members, seed });
    const predicted = classifyLatents(classifier, tested).labels;
    const { meanF1 } = classificationScores(
      confusionMatrix(test.labels, Int32Array.from(predicted)),
    );
    scores.push(meanF1);
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return {
    count: scores.length,
    mean,
    standardDeviation: Math.sqrt(squares / Math.max(1, scores.length - 1)),
    worst: Math.min(...scores),
  };
}
