import type { NdArray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";

/** How well a plane shows points of more dimensions. */
export interface LayoutScores {
  /** 1 where neighbours in the layout are neighbours among the points, 0.5 of chance. */
  readonly trustworthiness: number;
  /** The share of points whose class is the most frequent one of their neighbours in the layout. */
  readonly neighbourAccuracy?: number;
  /** The points that were asked. */
  readonly count: number;
}

/** Options for {@linkcode layoutScores}. */
export interface LayoutScoresOptions {
  /** The class of each point, from 0. */
  classes?: ArrayLike<number> | undefined;
  /** Neighbours. @default {10} */
  k?: number;
  /** Points that are asked at most, sampled by seed: time grows with it. @default {2000} */
  maxPoints?: number;
  /** @default {0} */
  seed?: number;
}

/**
 * Trustworthiness (Venna and Kaski, "Neighborhood preservation in nonlinear projection methods",
 * 2001) and the accuracy of the neighbours, of which equally frequent classes count as wrong unless
 * the lower is right.
 *
 * @param points `[count, features]`
 * @param layout `[count, 2]`
 * @throws {RangeError} If there are not more than twice as many points as neighbours.
 */
export function layoutScores(
  points: NdArray<"float32">,
  layout: NdArray<"float32">,
  { classes, k = 10, maxPoints = 2000, seed = 0 }: LayoutScoresOptions = {},
): LayoutScores {
  const [count] = points.shape;
  if (count <= 2 * k) {
    throw new RangeError(`Cannot score a layout of ${count} points: more than ${2 * k} are needed`);
  }
  const rows = count <= maxPoints
    ? Array.from({ length: count }, (_, i) => i)
    : [...new Random(seed, "layout scores").permutation(count).subarray(0, maxPoints)];
  let penalty = 0, right = 0;
  for (const row of rows) {
    const near = nearest(squaredDistances(layout, row), k);
    const distances = squaredDistances(points, row);
    for (const other of near) {
      // Equal distances share the first rank.
      let rank = 1;
      for (let i = 0; i < count; i++) rank += Number(distances[i] < distances[other]);
      penalty += Math.max(0, rank - k);
    }
    if (classes !== undefined) {
      right += Number(mostFrequent(near.map((other) => classes[other])) === classes[row]);
    }
  }
  const scale = 2 / (rows.length * k * (2 * count - 3 * k - 1));
  return {
    trustworthiness: 1 - scale * penalty,
    ...classes && { neighbourAccuracy: right / rows.length },
    count: rows.length,
  };
}

/** The squared distances of all points to one, which itself is infinitely far. */
function squaredDistances(
  { data, shape: [count, features] }: NdArray<"float32">,
  row: number,
): Float64Array {
  const distances = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < features; j++) {
      sum += (data[i * features + j] - data[row * features + j]) ** 2;
    }
    distances[i] = sum;
  }
  distances[row] = Infinity;
  return distances;
}

/** The indices of the `k` least values, the least first. */
function nearest(distances: Float64Array, k: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < distances.length; i++) {
    if (found.length === k && !(distances[i] < distances[found[k - 1]])) continue;
    let at = found.length;
    while (at > 0 && distances[i] < distances[found[at - 1]]) at--;
    found.splice(at, 0, i);
    if (found.length > k) found.pop();
  }
  return found;
}

/** The most frequent value, the lowest of several. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || a - b)[0][0];
}
