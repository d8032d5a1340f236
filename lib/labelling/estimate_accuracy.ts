import { argMaxRows } from "../array/stats.ts";
import type { NeighbourGraph } from "../classical/neighbour_graph.ts";
import type { LabelledRows } from "../classical/spread.ts";
import { labelFolds } from "../latent/label_folds.ts";
import { wilsonInterval } from "../metrics/calibration.ts";
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
 * Estimates the accuracy on all images by cross-validation: each labelled image is predicted from
 * labels of other parts. Labelled images are no random sample: an image from the middle of a large
 * cluster stands for many, one between classes for few. So each counts as the share of its cluster
 * that it has to itself, and the interval is that of as many equal images (Kish's effective size).
 * The prediction lacks a fifth of the labels, so the estimate is rather too low.
 *
 * @param options `clusters`: the cluster of each image, `[count]`.
 * @returns `undefined` while no class has two labels.
 */
export function estimateAccuracy(
  graph: NeighbourGraph,
  { rows, classes: labels }: LabelledRows,
  { classes, clusters, seed = 0 }: { classes: number; clusters: Int32Array; seed?: number },
): AccuracyEstimate | undefined {
  const known = Int32Array.from(labels);
  const folds = labelFolds(known, seed);
  if (folds.length < 2) return undefined;
  const imagesOf = new Map<number, number>();
  for (const cluster of clusters) imagesOf.set(cluster, (imagesOf.get(cluster) ?? 0) + 1);
  const held = folds.flat();
  const labelsOf = new Map<number, number>();
  for (const i of held) labelsOf.set(clusters[rows[i]], (labelsOf.get(clusters[rows[i]]) ?? 0) + 1);
  const weightOf = (i: number) => {
    const cluster = clusters[rows[i]];
    return imagesOf.get(cluster)! / labelsOf.get(cluster)!;
  };
  const heldOut: HeldOutLabel[] = [];
  let [right, sum, squares] = [0, 0, 0];
  for (const fold of folds) {
    const rest = Array.from(known.keys()).filter((i) => !fold.includes(i));
    const others = { rows: rest.map((i) => rows[i]), classes: rest.map((i) => known[i]) };
    const { data } = refit(graph, others, { classes });
    const predictions = argMaxRows(data, classes);
    for (const i of fold) {
      const row = rows[i], label = known[i], predicted = predictions[row];
      const weight = weightOf(i);
      sum += weight;
      squares += weight ** 2;
      if (predicted === label) right += weight;
      heldOut.push({ row, label, predicted, confidence: data[row * classes + predicted] });
    }
  }
  const accuracy = right / sum;
  const effective = sum ** 2 / squares;
  return {
    accuracy,
    interval: wilsonInterval(accuracy * effective, effective),
    heldOut,
  };
}
