import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { checkConstraints, isIntegerFrom, isNumberFrom } from "../constraints.ts";
import { type Points, type Rows, weightedRows } from "./rows.ts";

/** Options for {@linkcode kMeans}. */
export interface KMeansOptions {
  /** The number of clusters. */
  nClusters: number;
  /** Starts to try; the one with the smallest inertia is kept. @default {1} */
  nInit?: number;
  /** @default {300} */
  maxIter?: number;
  /**
   * Stop when the centres move by less than this part of the data's mean variance (squared
   * lengths, as in scikit-learn).
   * @default {1e-4}
   */
  tol?: number;
  /** The weight of each row, `[count]`; all 1 if left out. */
  sampleWeight?: ArrayLike<number>;
  /** @default {0} */
  seed?: number;
}

/** What {@linkcode kMeans} found. */
export interface KMeansResult {
  /** `[nClusters, features]`. */
  readonly centers: NdArray<"float64">;
  /** The nearest centre of every row, `[count]`. */
  readonly labels: Int32Array;
  /** The weighted sum of squared distances to the nearest centre. */
  readonly inertia: number;
  /** Iterations of the start that was kept. */
  readonly nIter: number;
}

/**
 * Lloyd's k-means from k-means++ starts.
 *
 * @param points `[count, features]`.
 * @throws {InputError} If an option is out of its range, or there are fewer rows than clusters.
 *
 * @example Usage
 * ```ts
 * import { kMeans } from "@glimpse/glimpse/mixture";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assertEquals } from "@std/assert";
 *
 * const points = ndarray("float64", [4, 1], Float64Array.of(0, 0.2, 9, 9.2));
 * const { centers } = kMeans(points, { nClusters: 2 });
 * assertEquals(Array.from(centers.data, Math.round).sort(), [0, 9]);
 * ```
 */
export function kMeans(
  points: Points,
  { nClusters, nInit = 1, maxIter = 300, tol = 1e-4, sampleWeight, seed = 0 }: KMeansOptions,
): KMeansResult {
  checkConstraints({ nClusters, nInit, maxIter, tol }, [
    ["nClusters", "an integer of 1 or more", isIntegerFrom(1)],
    ["nInit", "an integer of 1 or more", isIntegerFrom(1)],
    ["maxIter", "an integer of 0 or more", isIntegerFrom(0)],
    ["tol", "a number of 0 or more", isNumberFrom(0)],
  ], "cluster points");
  const rows = weightedRows(points, { sampleWeight });
  const random = new Random(seed, "k-means");
  const threshold = tol * meanVariance(rows);
  let best: ReturnType<typeof lloyd> | undefined;
  for (let init = 0; init < nInit; init++) {
    const { centers } = kMeansPlusPlus(rows, { nClusters, random });
    const found = lloyd(rows, centers, { maxIter, threshold });
    if (best === undefined || found.inertia < best.inertia) best = found;
  }
  const { centers, inertia, nIter } = best!;
  const all = Float64Array.from(points.data);
  const { labels } = assign(all, centers, rows.features);
  return {
    centers: ndarray("float64", [nClusters, rows.features], centers),
    labels,
    inertia,
    nIter,
  };
}

/**
 * k-means++ seeding (Arthur and Vassilvitskii, 2007), each centre the best of `2 + ln k` draws.
 *
 * @returns The centres `[nClusters, features]` and the rows they are.
 * @throws {InputError} If an option is out of its range, or there are fewer rows than clusters.
 */
export function kMeansPlusPlus(
  rows: Rows,
  { nClusters, random }: { nClusters: number; random: Random },
): { centers: Float64Array; indices: number[] } {
  if (rows.count < nClusters) {
    throw new InputError(
      `Cannot seed clusters: there are ${rows.count} rows, at least ${nClusters} are needed`,
    );
  }
  const trials = 2 + Math.floor(Math.log(nClusters));
  let nearest: Float64Array = new Float64Array(rows.count).fill(1);
  const indices: number[] = [];
  while (indices.length < nClusters) {
    let best: { index: number; distances: Float64Array; potential: number } | undefined;
    for (let trial = 0; trial < (indices.length === 0 ? 1 : trials); trial++) {
      const index = drawRow(nearest, rows.weights, random);
      const distances = distancesTo(rows, index);
      if (indices.length > 0) {
        for (let row = 0; row < rows.count; row++) {
          distances[row] = Math.min(distances[row], nearest[row]);
        }
      }
      const potential = distances.reduce((sum, value, row) => sum + value * rows.weights[row], 0);
      if (best === undefined || potential < best.potential) best = { index, distances, potential };
    }
    indices.push(best!.index);
    nearest = best!.distances;
  }
  const centers = new Float64Array(nClusters * rows.features);
  indices.forEach((index, c) => centers.set(rowOf(rows, index), c * rows.features));
  return { centers, indices };
}

/** Moves the centres until they rest. */
function lloyd(
  rows: Rows,
  start: Float64Array,
  { maxIter, threshold }: { maxIter: number; threshold: number },
): { centers: Float64Array; inertia: number; nIter: number } {
  const { x, count, features, weights } = rows;
  let centers = start;
  let nIter = 0;
  let shift = Infinity;
  while (nIter < maxIter && shift > threshold) {
    const { labels, distances } = assign(x, centers, features);
    const moved = new Float64Array(centers.length);
    const mass = new Float64Array(centers.length / features);
    for (let row = 0; row < count; row++) {
      mass[labels[row]] += weights[row];
      for (let j = 0; j < features; j++) {
        moved[labels[row] * features + j] += weights[row] * x[row * features + j];
      }
    }
    for (let c = 0; c < mass.length; c++) {
      if (mass[c] > 0) {
        for (let j = 0; j < features; j++) moved[c * features + j] /= mass[c];
        continue;
      }
      // A centre that lost all its rows starts again at the row that is worst served.
      const farthest = distances.indexOf(distances.reduce((a, b) => Math.max(a, b)));
      distances[farthest] = 0;
      moved.set(rowOf(rows, farthest), c * features);
    }
    shift = moved.reduce((sum, value, i) => sum + (value - centers[i]) ** 2, 0);
    centers = moved;
    nIter++;
  }
  const { distances } = assign(x, centers, features);
  const inertia = distances.reduce((sum, distance, row) => sum + distance * weights[row], 0);
  return { centers, inertia, nIter };
}

/** The nearest centre of each row, and the squared distance to it. */
function assign(
  x: Float64Array,
  centers: Float64Array,
  features: number,
): { labels: Int32Array; distances: Float64Array } {
  const count = x.length / features;
  const labels = new Int32Array(count);
  const distances = new Float64Array(count).fill(Infinity);
  for (let row = 0; row < count; row++) {
    for (let center = 0; center < centers.length; center += features) {
      let distance = 0;
      for (let j = 0; j < features; j++) {
        const difference = x[row * features + j] - centers[center + j];
        distance += difference * difference;
      }
      if (distance < distances[row]) {
        distances[row] = distance;
        labels[row] = center / features;
      }
    }
  }
  return { labels, distances };
}

/** A row drawn with probability proportional to `weights · values`, or to weights if all are 0. */
function drawRow(values: Float64Array, weights: Float64Array, random: Random): number {
  const products = values.map((value, row) => value * weights[row]);
  const total = products.reduce((sum, value) => sum + value, 0);
  if (total === 0) return drawRow(values.map(() => 1), weights, random);
  let rest = random.uniform() * total;
  for (let row = 0; row < products.length; row++) {
    rest -= products[row];
    if (rest < 0) return row;
  }
  return products.findLastIndex((value) => value > 0);
}

function distancesTo(rows: Rows, index: number): Float64Array {
  return assign(rows.x, rowOf(rows, index), rows.features).distances;
}

function rowOf({ x, features }: Rows, index: number): Float64Array {
  return x.slice(index * features, (index + 1) * features);
}

/** The weighted variance of the rows, averaged over the features. */
export function meanVariance({ x, count, features, weights }: Rows): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let variance = 0;
  for (let j = 0; j < features; j++) {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += weights[row] * x[row * features + j];
    const mean = sum / total;
    for (let row = 0; row < count; row++) {
      variance += weights[row] * (x[row * features + j] - mean) ** 2;
    }
  }
  return variance / (total * features);
}
