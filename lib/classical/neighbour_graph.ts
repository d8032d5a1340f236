import type { NdArray } from "../array/ndarray.ts";

/** A sparse symmetric matrix by rows: row i has the entries `offsets[i] … offsets[i + 1] - 1`. */
export interface NeighbourGraph {
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * `D^-1/2 W D^-1/2` of the graph in which each point is joined to its neighbours with weight 1/2,
 * and 1 where both are neighbours of each other.
 *
 * @param neighbours `[count, k]`, no point among its own.
 */
export function neighbourGraph(
  { data, shape: [count, k] }: NdArray<"int32">,
): NeighbourGraph {
  const rows: Map<number, number>[] = Array.from({ length: count }, () => new Map());
  const add = (i: number, j: number) => rows[i].set(j, (rows[i].get(j) ?? 0) + 0.5);
  for (let i = 0; i < count; i++) {
    for (let n = 0; n < k; n++) {
      add(i, data[i * k + n]);
      add(data[i * k + n], i);
    }
  }
  const size = rows.reduce((sum, row) => sum + row.size, 0);
  const offsets = new Uint32Array(count + 1);
  const columns = new Uint32Array(size);
  const weights = new Float32Array(size);
  const degrees = rows.map((row) => {
    let sum = 0;
    for (const weight of row.values()) sum += weight;
    return sum;
  });
  let at = 0;
  rows.forEach((row, i) => {
    for (const [j, weight] of [...row].sort(([a], [b]) => a - b)) {
      columns[at] = j;
      weights[at++] = weight / Math.sqrt(degrees[i] * degrees[j]);
    }
    offsets[i + 1] = at;
  });
  return { offsets, columns, weights };
}

/** Neighbours that suit so many points: `k`, but at most a twelfth of them, and at least 3. */
export function neighbourCount(count: number, k: number = 10): number {
  return Math.min(k, Math.max(3, Math.floor(count / 12)));
}
