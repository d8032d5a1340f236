import type { NdArray } from "../../lib/array/ndarray.ts";
import { type Candidate, classifyLatents, fitLatentClassifier } from "../../lib/latent/mod.ts";
import { classificationScores, confusionMatrix } from "../../lib/metrics/classification.ts";
import type { EncodedLabelled } from "./latent_scores.ts";

/** (macro + micro) / 2 F1 over several samples of the labelled images. */
export interface LabelSampleScores {
  readonly count: number;
  readonly mean: number;
  /** With n - 1. */
  readonly standardDeviation: number;
  readonly worst: number;
}

/** Options for {@linkcode scoreLabelSamples}. */
export interface LabelSampleOptions {
  /** The latent means of the unlabelled images, `[count, latentDim]`. */
  latents: NdArray<"float64">;
  /** The mixture that was chosen for the run: it is fitted again, not chosen again. */
  chosen: Candidate;
  seed: number;
}

/**
 * How much the scores depend on which images are labelled: fits the mixture with each sample of
 * labelled images, and scores it on the same test images.
 */
export function scoreLabelSamples(
  samples: readonly Pick<EncodedLabelled, "z" | "labels">[],
  test: Pick<EncodedLabelled, "z" | "labels">,
  { latents, chosen: { members }, seed }: LabelSampleOptions,
): LabelSampleScores {
  const scores = samples.map(({ z, labels }) => {
    const classifier = fitLatentClassifier(latents, { latents: z, labels }, { members, seed });
    const predicted = classifyLatents(classifier, test.z).labels;
    return classificationScores(confusionMatrix(test.labels, predicted)).meanF1;
  });
  return summarizeSamples(scores);
}

/** Mean, spread and worst of the scores of several samples. */
export function summarizeSamples(scores: readonly number[]): LabelSampleScores {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return {
    count: scores.length,
    mean,
    standardDeviation: Math.sqrt(squares / Math.max(1, scores.length - 1)),
    worst: Math.min(...scores),
  };
}
