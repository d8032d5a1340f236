import { type NdArray, ndarray } from "../array/ndarray.ts";

/** Each row divided by its sum; a row of zeros becomes uniform. */
export function normalizeRows({ data, shape }: NdArray<"float32">): NdArray<"float32"> {
  const classes = shape[1];
  const rows = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += data[start + c];
    for (let c = 0; c < classes; c++) {
      rows[start + c] = sum > 1e-30 ? data[start + c] / sum : 1 / classes;
    }
  }
  return ndarray("float32", shape, rows);
}

/**
 * Rescales classes until their mean probability is the prior (Sinkhorn and Knopp, 1967).
 *
 * @param posteriors `[count, classes]`
 * @param prior `[classes]`
 */
export function balance(
  posteriors: NdArray<"float32">,
  prior: ArrayLike<number>,
  { rounds = 20 }: { rounds?: number } = {},
): NdArray<"float32"> {
  const { shape, shape: [count, classes] } = posteriors;
  // No probability is 0, so that a class that won no point can still grow.
  const raised = normalizeRows(posteriors).data.map((value) => value + 1e-9);
  let balanced = normalizeRows(ndarray("float32", shape, raised));
  for (let round = 0; round < rounds; round++) {
    const means = new Float64Array(classes);
    balanced.data.forEach((value, i) => means[i % classes] += value / count);
    const scaled = balanced.data.map((value, i) =>
      value * prior[i % classes] / (means[i % classes] + 1e-12)
    );
    balanced = normalizeRows(ndarray("float32", shape, scaled));
  }
  return balanced;
}

/**
 * Posteriors of new points: the mean over those of their nearest neighbours.
 *
 * @param neighbours Rows of the known points, `[queries, k]`.
 * @param posteriors Of the known points, `[points, classes]`.
 * @returns `[queries, classes]`
 */
export function meanOfNeighbours(
  { data: rows, shape: [queries, k] }: NdArray<"int32">,
  { data, shape: [, classes] }: NdArray<"float32">,
): NdArray<"float32"> {
  const means = new Float32Array(queries * classes);
  for (let i = 0; i < queries * k; i++) {
    const to = Math.floor(i / k) * classes;
    for (let c = 0; c < classes; c++) means[to + c] += data[rows[i] * classes + c] / k;
  }
  return normalizeRows(ndarray("float32", [queries, classes], means));
}
