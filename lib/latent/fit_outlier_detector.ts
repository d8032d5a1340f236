import { type NdArray, ndarray, sizeOf } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { join, slice, take } from "../array/rows.ts";
import { mean, quantile } from "../array/stats.ts";
import { nearestNeighbours, type Neighbours } from "../classical/nearest_neighbours.ts";
import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import { fitLeadingComponents } from "../embedding/leading_components.ts";
import { joinBlocks, meanLength } from "../features/blocks.ts";
import type { Model } from "../onnx/graph.ts";
import { quantize, restore } from "../onnx/quantized.ts";
import { chunkRows } from "../runtime/run_images.ts";
import { createSession } from "../runtime/session.ts";
import type { SessionOptions } from "../runtime/session_options.ts";
import { LEVELS, OUTLIER_RATE, type OutlierDetector } from "./outlier_detector.ts";
import { buildPoints } from "./outlier_graph.ts";

/** Images that are looked at; half of them, but no more than 5,000, set the thresholds. */
const MAX_IMAGES = 20_000;
const MAX_HELD_OUT = 5_000;
const NEIGHBOURS = 5;
/** References are chosen in so many rounds. */
const ROUNDS = 40;
const MAX_COMPONENTS = 128;
/** Images that principal components are fitted on. */
const FITTED = 4_000;
/** Pixels of these at most, and the fewest of them: several copies of floats are held. */
const FITTED_PIXELS = 4_000_000;
const LEAST_FITTED = 200;
/** Ranges end so much nearer to 0 and to 1: other images of the classes go a little beyond. */
const MARGIN = 0.2;

/** Options for {@linkcode fitOutlierDetector}. */
export interface FitOutlierDetectorOptions {
  /** At most so many training images are kept to compare with. @default {4000} */
  readonly maxReferences?: number;
  /** @default {0} */
  readonly seed?: number;
  /** How models run. @default {{}} */
  readonly session?: SessionOptions;
}

/**
 * Learns which images are like the training images.
 *
 * An image is described by blocks of features, projected on their principal components. Two
 * distances count: the mean distance `d` to the nearest training images, divided by the root of the
 * same distance of those images to theirs (so `√(d · LOF)`, with the local outlier factor of Breunig
 * et al., "LOF: identifying density-based local outliers", 2000), and the length of what the
 * components leave out. Both logarithms are standardized and added. Training images that were held
 * out tell how the sum is distributed. Ink or roughness beyond the range of all of them make an
 * outlier too.
 *
 * @param images `[count, height, width, channels]`, two at least.
 * @param description From `images` to its blocks and `plain`: see `buildDescription()`.
 */
export async function fitOutlierDetector(
  images: Images,
  description: Model,
  { maxReferences = 4000, seed = 0, session = {} }: FitOutlierDetectorOptions = {},
): Promise<OutlierDetector> {
  const rows = new Random(seed, "outliers").permutation(images.shape[0]).subarray(0, MAX_IMAGES);
  const heldOutCount = heldOutOf(images.shape[0]);
  const poolRows = rows.subarray(heldOutCount);
  const { threads = 0 } = session;

  const most = Math.max(LEAST_FITTED, Math.floor(FITTED_PIXELS / sizeOf(images.shape.slice(1))));
  const fitted = take(images, poolRows.subarray(0, Math.min(FITTED, most)));
  const { plain: _, ...described } = await runOver(description, fitted, session);
  const blocks = Object.values(described);
  const lengths = blocks.map(meanLength);
  const joined = joinBlocks(blocks, lengths);
  const { mean: middle, directions } = await fitLeadingComponents(joined, {
    // With all components nothing would be left out, and few images say little of directions.
    components: Math.min(MAX_COMPONENTS, joined.shape[1] >> 1, fitted.shape[0] >> 2),
    seed,
    threads,
  });
  const space = {
    lengths,
    mean: ndarray("float32", [1, middle.length], middle),
    directions: quantize(directions),
  };

  const model = buildPoints(description, space);
  const heldOut = await runOver(model, take(images, rows.subarray(0, heldOutCount)), session);
  const pool = await runOver(model, take(images, poolRows), session);
  const chosen = await chooseReferences(pool.points, maxReferences, threads);
  const references = quantize(chosen);
  const kept = restore(references);
  const neighbours = Math.max(1, Math.min(NEIGHBOURS, chosen.shape[0] - 1));
  const own = await nearestNeighbours(kept, kept, { k: neighbours, excludeSelf: true, threads });
  const spread = meanDistances(own);
  const near = await nearestNeighbours(heldOut.points, kept, { k: neighbours, threads });
  const measures = measurePoints(heldOut.points, near, spread);
  const scales = measures.map(momentsOf);
  const sums = addMeasures(measures, scales);
  const plain = join([heldOut.plain, pool.plain]);
  return {
    ...space,
    references,
    spread,
    neighbours,
    scales,
    quantiles: Float32Array.from(LEVELS, (level) => quantile(sums, level)),
    ranges: [0, 1].map((column) => rangeOf(plain, column)),
  };
}

/** Images that set the limits, of so many. */
function heldOutOf(count: number): number {
  return Math.min(MAX_HELD_OUT, Math.floor(Math.min(MAX_IMAGES, count) / 2));
}

/** With fewer held-out images beyond the limit it lies where chance puts it. */
const LEAST_BEYOND = 2;

/** Says that a detector of so many images flags at a coarse rate. */
export function outlierWarnings(count: number): string[] {
  const heldOut = heldOutOf(count);
  if (heldOut * OUTLIER_RATE >= LEAST_BEYOND) return [];
  return [
    `only ${heldOut} training images could be held out to set the limit of outliers, so the rate ` +
    `of ${100 * OUTLIER_RATE} % is coarse: give more images, or classify with --outliers 0.05`,
  ];
}

/** The logarithms of both distances of points: to the nearest references, and of the rest. */
export function measurePoints(
  { data, shape: [count, width] }: NdArray<"float32">,
  near: Neighbours,
  spread: Float32Array,
): [Float64Array, Float64Array] {
  const distances = meanDistances(near);
  const k = near.indices.shape[1];
  const log = (value: number) => Math.log(Math.max(value, 1e-6));
  return [
    Float64Array.from({ length: count }, (_, i) => {
      const own = near.indices.data.subarray(i * k, (i + 1) * k);
      const around = own.reduce((sum, row) => sum + spread[row], 0) / k;
      return log(distances[i]) - log(around) / 2;
    }),
    Float64Array.from({ length: count }, (_, i) => log(data[(i + 1) * width - 1])),
  ];
}

/** The sum of standardized measures. */
export function addMeasures(
  measures: readonly Float64Array[],
  scales: OutlierDetector["scales"],
): Float64Array {
  return measures[0].map((_, i) =>
    measures.reduce((sum, values, m) => {
      const [mean, deviation] = scales[m];
      return sum + (values[i] - mean) / deviation;
    }, 0)
  );
}

function momentsOf(values: Float64Array): readonly [mean: number, deviation: number] {
  const middle = mean(values);
  return [middle, Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) || 1];
}

/** The least and the greatest value of a column of `[count, 2]`, with a margin. */
function rangeOf({ data }: NdArray<"float32">, column: number): readonly [number, number] {
  let least = Infinity, greatest = -Infinity;
  for (let i = column; i < data.length; i += 2) {
    least = Math.min(least, data[i]);
    greatest = Math.max(greatest, data[i]);
  }
  return [(1 - MARGIN) * least, greatest + MARGIN * Math.max(0, 1 - greatest)];
}

/** What a model makes of images, `[count, …]` each. */
async function runOver(
  model: Model,
  images: Images,
  options: SessionOptions,
): Promise<Record<string, NdArray<"float32">>> {
  const session = await createSession(model, options);
  const parts: Record<string, NdArray<"float32">[]> = {};
  try {
    const step = chunkRows(images.shape);
    for (let start = 0; start < images.shape[0]; start += step) {
      const chunk = slice(images, start, Math.min(images.shape[0], start + step));
      const answer = await session.run({ images: toFloat32(chunk) });
      for (const [name, value] of Object.entries(answer)) {
        (parts[name] ??= []).push(value as NdArray<"float32">);
      }
    }
  } finally {
    await session.release();
  }
  return Object.fromEntries(Object.entries(parts).map(([name, all]) => [name, join(all)]));
}

/**
 * Points that cover all others: in rounds, those that are farthest from the ones chosen so far.
 * Many images of dense places say no more than a few.
 */
async function chooseReferences(
  points: NdArray<"float32">,
  most: number,
  threads: number,
): Promise<NdArray<"float32">> {
  const [count] = points.shape;
  if (count <= most) return points;
  const size = Math.ceil(most / ROUNDS);
  const distances = new Float32Array(count).fill(Infinity);
  // Points come in random order: the first are a random sample.
  let added = Array.from({ length: size }, (_, i) => i);
  const chosen = [...added];
  while (chosen.length < most) {
    const near = await nearestNeighbours(points, take(points, added), { k: 1, threads });
    near.squaredDistances.data.forEach((square, i) => {
      distances[i] = Math.min(distances[i], square);
    });
    for (const row of chosen) distances[row] = -1;
    added = Array.from(distances.keys()).sort((a, b) => distances[b] - distances[a])
      .slice(0, Math.min(size, most - chosen.length));
    chosen.push(...added);
  }
  return take(points, chosen);
}

/** The mean distance of each query to its neighbours; 1 where there are none. */
function meanDistances({ squaredDistances: { data, shape: [count, k] } }: Neighbours) {
  return Float32Array.from({ length: count }, (_, i) => {
    if (k === 0) return 1;
    let sum = 0;
    for (let j = i * k; j < (i + 1) * k; j++) sum += Math.sqrt(data[j]);
    return sum / k;
  });
}
