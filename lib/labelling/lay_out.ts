import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { take } from "../array/rows.ts";
import { nearestNeighbours } from "../classical/nearest_neighbours.ts";
import { tsne, TSNE_NEIGHBOURS } from "../embedding/tsne.ts";

/** Neighbours that decide where one of the other points goes. */
const NEIGHBOURS = 3;

/** Options for {@linkcode layOut}. */
export interface LayOutOptions {
  /**
   * Points that t-SNE lays out; the others go where their neighbours are. 3,000 take some ten
   * seconds.
   * @default {3000}
   */
  sample?: number;
  /** @default {0} */
  seed?: number;
  /** Threads of ONNX Runtime, 0 for all cores. @default {0} */
  threads?: number;
  /** Called after each iteration. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Lays out points on a map, so that neighbours stay neighbours: a sample of them by t-SNE.
 *
 * @param points `[count, features]`, along principal components.
 * @returns `[count, 2]`
 */
export async function layOut(
  points: NdArray<"float32">,
  { sample: size = 3000, seed = 0, threads = 0, onProgress = () => {} }: LayOutOptions = {},
): Promise<NdArray<"float32">> {
  const [count, features] = points.shape;
  const rows = new Random(seed, "map").permutation(count).subarray(0, size);
  const sample = take(points, rows);
  const k = Math.min(TSNE_NEIGHBOURS, sample.shape[0] - 1);
  // Of fewer points there is nothing to lay out.
  if (k < 3) return firstTwo(points);
  const near = await nearestNeighbours(sample, sample, { k, excludeSelf: true, threads });
  const start = features > 1 ? { start: firstTwo(sample) } : {};
  const laid = tsne(near, { seed, onProgress, ...start });
  if (rows.length === count) return take(laid, inverse(rows));
  const { indices, squaredDistances } = await nearestNeighbours(points, sample, {
    k: NEIGHBOURS,
    threads,
  });
  const map = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let n = i * NEIGHBOURS; n < (i + 1) * NEIGHBOURS; n++) {
      const weight = 1 / (squaredDistances.data[n] + 1e-9);
      sum += weight;
      for (let j = 0; j < 2; j++) map[2 * i + j] += weight * laid.data[2 * indices.data[n] + j];
    }
    for (let j = 0; j < 2; j++) map[2 * i + j] /= sum;
  }
  return ndarray("float32", [count, 2], map);
}

/** `[count, 2]` */
function firstTwo({ data, shape: [count, features] }: NdArray<"float32">): NdArray<"float32"> {
  const two = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < Math.min(2, features); j++) two[2 * i + j] = data[i * features + j];
  }
  return ndarray("float32", [count, 2], two);
}

/** Where each row stands in a permutation. */
function inverse(rows: Uint32Array): Int32Array {
  const places = new Int32Array(rows.length);
  rows.forEach((row, i) => places[row] = i);
  return places;
}
