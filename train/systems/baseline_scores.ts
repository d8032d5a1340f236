import { take } from "../../lib/array/rows.ts";
import { baselines } from "../../lib/classical/baselines.ts";
import { classesOf, type Images, type LabelledImages, takeLabelled } from "../../lib/data/mod.ts";
import { labelFolds } from "../../lib/latent/label_folds.ts";
import { classificationScores, confusionMatrix } from "../../lib/metrics/classification.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";
import type { Context } from "./system.ts";

/** The scores of baselines, as `metrics.json` holds them. */
export type BaselineScores = NonNullable<
  NonNullable<RunMetrics["classification"]>["baselines"]
>;

/** Images to learn from, and those that are scored. */
export interface BaselineImages {
  /** Without labels, `[count, height, width, channels]`. */
  readonly train: Images;
  readonly labelled: LabelledImages;
  /** Without them, each labelled image is predicted from others: by cross-validation. */
  readonly test: LabelledImages | undefined;
}

const NAMES = {
  nearestNeighbour: "nearest neighbour",
  logisticRegression: "logistic regression",
  labelSpreading: "label spreading",
} as const;

/** Images of the graph of each part of a cross-validation. */
const CROSS_VALIDATION_GRAPH = 2000;

/**
 * Scores classifiers of raw pixels that have the same labels as the run and are scored on the same
 * images. Nothing where no labelled image can be held out.
 */
export async function scoreBaselines(
  { train, labelled, test }: BaselineImages,
  { session: { threads = 0 }, seed }: Pick<Context, "session" | "seed">,
): Promise<BaselineScores> {
  const classes = classesOf(labelled.labels);
  const predict = async (known: LabelledImages, asked: Images, graphSize?: number) => {
    const found = await baselines({
      unlabelled: train,
      labelled: known.images,
      labels: known.labels.map((label) => classes.indexOf(label)),
      test: asked,
    }, { classes: classes.length, seed, threads, ...graphSize && { graphSize } });
    return (name: keyof typeof NAMES) => found[name].map((index) => classes[index]);
  };
  const parts = test === undefined ? labelFolds(labelled.labels, seed) : [];
  const found = test === undefined
    ? await inTurn(parts, (part) => {
      const rest = [...labelled.labels.keys()].filter((row) => !part.includes(row));
      const known = takeLabelled(labelled, rest);
      return predict(known, take(labelled.images, part), CROSS_VALIDATION_GRAPH);
    })
    : [await predict(labelled, test.images)];
  const actual = test === undefined ? parts.flat().map((row) => labelled.labels[row]) : test.labels;
  if (actual.length === 0) return [];
  return Object.entries(NAMES).map(([key, name]) => {
    const predicted = found.flatMap((of) => [...of(key as keyof typeof NAMES)]);
    const { accuracy, meanF1 } = classificationScores(confusionMatrix(actual, predicted));
    return { name, accuracy, meanF1 };
  });
}

/**
 * Says that a run is no better than a baseline.
 *
 * @param meanF1 The score of the run, (macro + micro) / 2 F1, on the same images.
 * @param options `count` of the images; `remedy`: what to try, part of a sentence.
 */
export function baselineWarnings(
  baselines: BaselineScores,
  { meanF1, count, remedy }: { meanF1: number; count: number; remedy: string },
): string[] {
  const best = baselines.toSorted((a, b) => b.meanF1 - a.meanF1)[0];
  if (best === undefined || best.meanF1 <= meanF1) return [];
  const [its, own] = [best.meanF1, meanF1].map((score) => score.toFixed(3));
  return [
    `${best.name} on raw pixels scores ${its} with the same labels, this run ${own} ` +
    `(on ${count} images): try ${remedy}`,
  ];
}

async function inTurn<T, U>(items: readonly T[], run: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
