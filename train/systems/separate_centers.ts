import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";

/**
 * Moves cluster means apart until no two are nearer than `separation`, and centres them on 0: where
 * a prior of unit clusters has them clear of each other while each stays on its side.
 *
 * The means are first scaled to have that distance on average; then every pair that is too near is
 * pushed apart along its line, again and again. Three clusters of like distances become the regular
 * triangle.
 *
 * @param means `[clusters, latentDim]`.
 * @param separation In standard deviations of a cluster.
 */
export function separateCenters(
  { shape: [clusters, latentDim], data }: NdArray<"float64">,
  separation: number,
): NdArray<"float32"> {
  const centers = Float64Array.from(data);
  const distance = (i: number, j: number) => {
    let square = 0;
    for (let d = 0; d < latentDim; d++) {
      square += (centers[i * latentDim + d] - centers[j * latentDim + d]) ** 2;
    }
    return Math.sqrt(square);
  };
  const pairs: [number, number][] = [];
  for (let i = 0; i < clusters; i++) for (let j = 0; j < i; j++) pairs.push([i, j]);
  const average = pairs.reduce((sum, [i, j]) => sum + distance(i, j), 0) / pairs.length;
  if (average > 0) { for (let i = 0; i < centers.length; i++) centers[i] *= separation / average; }

  for (let round = 0; round < 1000; round++) {
    let isApart = true;
    for (const [i, j] of pairs) {
      const length = distance(i, j);
      if (length >= separation * (1 - 1e-6)) continue;
      isApart = false;
      for (let d = 0; d < latentDim; d++) {
        const [a, b] = [i * latentDim + d, j * latentDim + d];
        // Two means on one spot have no line between them: they part along the first axis.
        const direction = length > 1e-9 ? (centers[a] - centers[b]) / length : d === 0 ? 1 : 0;
        centers[a] += direction * (separation - length) / 2;
        centers[b] -= direction * (separation - length) / 2;
      }
    }
    if (isApart) break;
  }
  for (let d = 0; d < latentDim; d++) {
    let mean = 0;
    for (let i = 0; i < clusters; i++) mean += centers[i * latentDim + d] / clusters;
    for (let i = 0; i < clusters; i++) centers[i * latentDim + d] -= mean;
  }
  return ndarray("float32", [clusters, latentDim], Float32Array.from(centers));
}
