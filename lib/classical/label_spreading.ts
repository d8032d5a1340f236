import type { NdArray } from "../array/ndarray.ts";
import { argMaxRows } from "../array/stats.ts";
import { nearestNeighbours } from "./nearest_neighbours.ts";
import { neighbourCount, neighbourGraph } from "./neighbour_graph.ts";
import { balance, normalizeRows } from "./posteriors.ts";
import { type LabelledRows, seedRows, spread } from "./spread.ts";

/** Options for {@linkcode spreadLabels}. */
export interface SpreadLabelsOptions {
  /** The number of classes. */
  classes: number;
  /** Neighbours that a point is joined to; at most a twelfth of the points, and at least 3. @default {10} */
  k?: number;
  /** Threads of ONNX Runtime, 0 for all cores. @default {0} */
  threads?: number;
}

/** What {@linkcode spreadLabels} found. */
export interface SpreadResult {
  /** Probabilities of each point, `[count, classes]`. */
  readonly posteriors: NdArray<"float32">;
  /** The share of points labelled alike at alpha .9 and .99: low where classes are no clusters. */
  readonly agreement: number;
  /** The shares of the classes among the points, `[classes]`. */
  readonly prior: Float64Array;
}

/** Below this agreement of the two labellings, far spreading (alpha .99) is not trusted. */
const TRUSTED_AGREEMENT = 0.87;
/** Classes are taken as unequal where both labellings agree this well … */
const PRIOR_AGREEMENT = 0.9;
/** … and find the largest class this many times as large as the smallest. */
const PRIOR_RATIO = 4;

/**
 * Spreads labels over the graph of nearest neighbours, near (alpha .9) and far (.99). Class shares
 * are taken from the far labelling where both agree that classes are unequal, else they are equal.
 * Nothing here looks at a label that was not given.
 *
 * @param points `[count, features]`
 */
export async function spreadLabels(
  points: NdArray<"float32">,
  labelled: LabelledRows,
  { classes, k = 10, threads = 0 }: SpreadLabelsOptions,
): Promise<SpreadResult> {
  const [count] = points.shape;
  const neighbours = neighbourCount(count, k);
  const { indices } = await nearestNeighbours(points, points, {
    k: neighbours,
    excludeSelf: true,
    threads,
  });
  const graph = neighbourGraph(indices);
  const seeds = seedRows(labelled, { count, classes });
  const near = normalizeRows(spread(graph, seeds, { alpha: 0.9, iterations: 30 }));
  const far = normalizeRows(spread(graph, seeds, { alpha: 0.99, iterations: 100 }));
  const nearLabels = argMaxRows(near.data, classes), farLabels = argMaxRows(far.data, classes);
  const agreement = nearLabels.reduce((sum, label, i) => sum + Number(label === farLabels[i]), 0) /
    count;
  const nearShares = shares(nearLabels, classes), farShares = shares(farLabels, classes);
  const ratio = Math.min(
    ...[nearShares, farShares].map((all) => Math.max(...all) / Math.min(...all)),
  );
  const chosen = agreement < TRUSTED_AGREEMENT ? near : far;
  if (agreement < PRIOR_AGREEMENT || ratio < PRIOR_RATIO) {
    const prior = new Float64Array(classes).fill(1 / classes);
    return { posteriors: balance(chosen, prior), agreement, prior };
  }
  const posteriors = balance(chosen, farShares);
  // Before balancing, rare classes win too many points: their share is too high by half.
  return { posteriors, agreement, prior: shares(argMaxRows(posteriors.data, classes), classes) };
}

/** The share of each class, a fifth of a point added to each so that none is 0. */
function shares(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(0.2);
  for (const label of labels) counts[label]++;
  return counts.map((count) => count / (labels.length + 0.2 * classes));
}
