import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { NeighbourGraph } from "./neighbour_graph.ts";

/**
 * Label spreading (Zhou et al., "Learning with local and global consistency", 2004):
 * `F ← alpha S F + (1 - alpha) Y`, from `F = Y`.
 *
 * @param graph S
 * @param seeds Y, one-hot rows for labelled points and zeros elsewhere, `[count, classes]`.
 * @returns F, not normalized, `[count, classes]`.
 */
export function spread(
  { offsets, columns, weights }: NeighbourGraph,
  seeds: NdArray<"float32">,
  { alpha, iterations }: { alpha: number; iterations: number },
): NdArray<"float32"> {
  const { data, shape: [count, classes] } = seeds;
  let now = data.slice();
  let next = new Float32Array(data.length);
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (let i = 0; i < count; i++) {
      const to = i * classes;
      for (let c = 0; c < classes; c++) next[to + c] = (1 - alpha) * data[to + c];
      for (let entry = offsets[i]; entry < offsets[i + 1]; entry++) {
        const from = columns[entry] * classes;
        const weight = alpha * weights[entry];
        for (let c = 0; c < classes; c++) next[to + c] += weight * now[from + c];
      }
    }
    [now, next] = [next, now];
  }
  return ndarray("float32", [count, classes], now);
}

/** Points with a known class. */
export interface LabelledRows {
  /** Rows of the labelled points. */
  readonly rows: ArrayLike<number>;
  /** The class of each, from 0. */
  readonly classes: ArrayLike<number>;
}

/** One-hot rows of the labelled points among zeros, `[count, classes]`. */
export function seedRows(
  { rows, classes: labels }: LabelledRows,
  { count, classes }: { count: number; classes: number },
): NdArray<"float32"> {
  const seeds = new Float32Array(count * classes);
  for (let i = 0; i < rows.length; i++) seeds[rows[i] * classes + labels[i]] = 1;
  return ndarray("float32", [count, classes], seeds);
}
