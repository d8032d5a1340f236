import type { Random } from "../array/random.ts";
import { kMeans, kMeansPlusPlus } from "./kmeans.ts";
import type { Rows } from "./rows.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";

/** How the first responsibilities are found; scikit-learn's names. */
export type InitParams = "kmeans" | "k-means++" | "random" | "random_from_data";

/** Responsibilities `[rows.count, nComponents]` to start from. */
export type Initialize = (rows: Rows, nComponents: number, random: Random) => Float64Array;

/** The ways to start, by name. */
export const INITIALIZERS: Readonly<Record<InitParams, Initialize>> = {
  "kmeans": (rows, nComponents, random) => {
    const points = ndarray("float64", [rows.count, rows.features], rows.x);
    const { labels, centers } = kMeans(points, {
      nClusters: nComponents,
      sampleWeight: rows.weights,
      seed: random.uint32(),
    });
    const pairs = Array.from(labels, (label, row) => [row, label]);
    // Of equal centres, where rows are fewer than components, one has all rows: each takes one of them.
    for (let c = 0; c < nComponents; c++) {
      if (labels.includes(c)) continue;
      const like = [...labels.keys()].findIndex((row) => isRow(rows, row, centers, c));
      pairs.push([Math.max(0, like), c]);
    }
    return oneHot(rows, nComponents, pairs);
  },
  "k-means++": (rows, nComponents, random) => {
    const { indices } = kMeansPlusPlus(rows, { nClusters: nComponents, random });
    return oneHot(rows, nComponents, indices.map((row, component) => [row, component]));
  },
  "random": (rows, nComponents, random) => {
    const responsibilities = new Float64Array(rows.count * nComponents);
    for (let start = 0; start < responsibilities.length; start += nComponents) {
      let sum = 0;
      // 1 - uniform is never 0, so that the sum is not either.
      for (let c = 0; c < nComponents; c++) {
        sum += responsibilities[start + c] = 1 - random.uniform();
      }
      for (let c = 0; c < nComponents; c++) responsibilities[start + c] /= sum;
    }
    return responsibilities;
  },
  "random_from_data": (rows, nComponents, random) => {
    const chosen = random.permutation(rows.count).subarray(0, nComponents);
    return oneHot(rows, nComponents, Array.from(chosen, (row, component) => [row, component]));
  },
};

function isRow({ x, features }: Rows, row: number, centers: NdArray, c: number): boolean {
  const center = centers.data.subarray(c * features, (c + 1) * features) as Float64Array;
  return center.every((value, j) => value === x[row * features + j]);
}

/** Responsibilities of 1 for pairs of row and component, 0 elsewhere. */
function oneHot(
  rows: Rows,
  nComponents: number,
  pairs: readonly (readonly number[])[],
): Float64Array {
  const responsibilities = new Float64Array(rows.count * nComponents);
  for (const [row, component] of pairs) responsibilities[row * nComponents + component] = 1;
  return responsibilities;
}
