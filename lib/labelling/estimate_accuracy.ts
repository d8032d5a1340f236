import { argMaxRows } from "../array/stats.ts";
import type { NeighbourGraph } from "../classical/neighbour_graph.ts";
import type { LabelledRows } from "../classical/spread.ts";
import { labelFolds } from "../latent/label_folds.ts";
import { wilsonInterval } from "../metrics/calibration.ts";
import { marginsOf } from "./offer_images.ts";
import { refit } from "./refit.ts";

/** How well labels predict each other. */
export interface AccuracyEstimate {
  readonly accuracy: number;
  /** The 95 % interval of the accuracy. */
  readonly interval: readonly [number, number];
  /** The labelled images that were held out in turn, and what the others say of each. */
  readonly heldOut: readonly HeldOutLabel[];
}

/** A labelled image that was predicted without its label. */
export interface HeldOutLabel {
  readonly row: number;
  readonly label: number;
  readonly predicted: number;
  /** The probability of the predicted class. */
  readonly confidence: number;
}

/**
 * Margins between the first two classes that part images from those between classes to clear ones. Of
 * one, two, three and four strata these four came nearest to the truth for MNIST and digits.
 */
const EDGES = [0.3, 0.7, 0.95];

/** Images of about one margin. */
interface Stratum {
  /** All images, over the folds. */
  images: number;
  heldOut: number;
  right: number;
}

/**
 * Estimates the accuracy on all images by cross-validation: each labelled image is predicted from
 * labels of other parts. Labelled images are no random sample: those between classes, which are
 * offered, are hard and few. So images are counted apart by their margin, each stratum by its share
 * among all images (post-stratification; Cochran, "Sampling Techniques", 1977, section
 * 5A.9). The prediction lacks a fifth of the labels, so the estimate is rather too low.
 *
 * @returns `undefined` while no class has two labels.
 */
export function estimateAccuracy(
  graph: NeighbourGraph,
  { rows, classes: labels }: LabelledRows,
  { classes, seed = 0 }: { classes: number; seed?: number },
): AccuracyEstimate | undefined {
  const known = Int32Array.from(labels);
  const folds = labelFolds(known, seed);
  if (folds.length < 2) return undefined;
  const strata = Array.from(
    { length: EDGES.length + 1 },
    (): Stratum => ({ images: 0, heldOut: 0, right: 0 }),
  );
  const heldOut: HeldOutLabel[] = [];
  for (const fold of folds) {
    const rest = Array.from(known.keys()).filter((i) => !fold.includes(i));
    const others = { rows: rest.map((i) => rows[i]), classes: rest.map((i) => known[i]) };
    const posteriors = refit(graph, others, { classes });
    const { margins } = marginsOf(posteriors);
    const stratumOf = (row: number) => strata[EDGES.filter((edge) => margins[row] >= edge).length];
    for (const row of margins.keys()) stratumOf(row).images++;
    const { data } = posteriors;
    const predictions = argMaxRows(data, classes);
    for (const i of fold) {
      const row = rows[i], label = known[i], predicted = predictions[row];
      const stratum = stratumOf(row);
      stratum.heldOut++;
      if (predicted === label) stratum.right++;
      heldOut.push({ row, label, predicted, confidence: data[row * classes + predicted] });
    }
  }
  const total = strata.reduce((sum, { images }) => sum + images, 0);
  let [accuracy, variance, counted] = [0, 0, 0];
  // Clear images first: a stratum without a label is counted with the next less clear one.
  let waiting = 0;
  for (const { images, heldOut, right } of strata.toReversed()) {
    waiting += images;
    if (heldOut === 0) continue;
    const share = waiting / total;
    accuracy += share * right / heldOut;
    variance += share ** 2 / heldOut;
    counted += share;
    waiting = 0;
  }
  accuracy /= counted;
  variance /= counted ** 2;
  // As many images of a random sample would say as much (Kish's effective size).
  const effective = 1 / variance;
  return { accuracy, interval: wilsonInterval(accuracy * effective, effective), heldOut };
}
