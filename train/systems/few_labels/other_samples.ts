import { join } from "../../../lib/array/rows.ts";
import { argMaxRows } from "../../../lib/array/stats.ts";
import type { Images, LabelledImages } from "../../../lib/data/mod.ts";
import { classificationScores, confusionMatrix } from "../../../lib/metrics/classification.ts";
import { applyNetworks, learnClasses, type LearnOptions } from "./learn.ts";
import { prepareImages, smallImages } from "./plan.ts";
import type { FewLabelsNetworks } from "./networks.ts";

/** Images to learn from with one sample of labels after another. */
export interface OtherSamples {
  readonly samples: readonly LabelledImages[];
  /** The images beside them, made smaller and prepared as the plan says. */
  readonly rest: Images;
  /** By what factor. */
  readonly shrink: number;
  readonly test: LabelledImages;
  /** The labels, ascending. */
  readonly classes: readonly number[];
}

/**
 * (macro + micro) / 2 F1 on the test images with each sample of labels. The features that were
 * learned without labels are the same for all.
 *
 * @param networks `restore` gives them the weights from before any label.
 */
export async function scoreOtherSamples(
  { samples, rest, shrink, test, classes }: OtherSamples,
  { restore, ...networks }: FewLabelsNetworks & { restore(): void },
  { plan, context }: LearnOptions,
): Promise<number[]> {
  const straight = (images: Images) => prepareImages(smallImages(images, shrink), plan);
  const tested = straight(test.images);
  const scores: number[] = [];
  for (const sample of samples) {
    restore();
    await learnClasses(
      {
        images: join([straight(sample.images), rest]),
        labels: sample.labels.map((label) => classes.indexOf(label)),
        classes: classes.length,
      },
      networks,
      { plan, context },
    );
    const { probabilities } = await applyNetworks(networks, tested, context.session);
    const predicted = argMaxRows(probabilities.data, classes.length).map((row) => classes[row]);
    scores.push(classificationScores(confusionMatrix(test.labels, predicted)).meanF1);
  }
  return scores;
}
