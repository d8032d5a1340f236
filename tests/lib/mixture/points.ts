import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";

/** Seeded points of a few round clusters, `[count, features]`, and which each came from. */
export function clusteredPoints(
  { count, features, clusters, spread = 4, seed = 0 }: {
    count: number;
    features: number;
    clusters: number;
    /** The standard deviation of the centres; that of a cluster is 1. */
    spread?: number;
    seed?: number;
  },
): { points: NdArray<"float64">; labels: Int32Array } {
  const random = new Random(seed, "clustered points");
  const centers = Float64Array.from(
    { length: clusters * features },
    () => spread * random.normal(),
  );
  const labels = Int32Array.from({ length: count }, (_, row) => row % clusters);
  const data = Float64Array.from({ length: count * features }, (_, i) => {
    const label = labels[Math.floor(i / features)];
    return centers[label * features + i % features] + random.normal();
  });
  return { points: ndarray("float64", [count, features], data), labels };
}

/** The rows of an array in another order, with repeats and gaps as the indices have them. */
export function pickRows(
  { data, shape: [, features] }: NdArray<"float64">,
  indices: readonly number[],
): NdArray<"float64"> {
  const picked = indices.flatMap((row) => [...data.subarray(row * features, (row + 1) * features)]);
  return ndarray("float64", [indices.length, features], Float64Array.from(picked));
}

/** The largest difference of two lists of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  }
  return largest;
}
