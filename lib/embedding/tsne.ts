import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { buildQuadtree, repulsion } from "./quadtree.ts";

/** The nearest other points of each point, as `nearestNeighbours()` finds them. */
export interface PointNeighbours {
  /** `[count, k]` */
  readonly indices: NdArray<"int32">;
  /** `[count, k]` */
  readonly squaredDistances: NdArray<"float32">;
}

/** Options for {@linkcode tsne}. */
export interface TsneOptions {
  /** About how many neighbours count; a third of those that are given. @default {k / 3} */
  perplexity?: number;
  /** Of which the first third, at most 250, exaggerate attraction. @default {750} */
  iterations?: number;
  /** Where points start, `[count, 2]`; only its proportions matter. @default {at random} */
  start?: NdArray<"float32">;
  /** @default {0} */
  seed?: number;
  /** Called after each iteration. */
  onProgress?: (done: number, total: number) => void;
}

/** Neighbours of each point for the usual perplexity of 30. */
export const TSNE_NEIGHBOURS = 90;

const EXAGGERATION = 12;
/** The trade of the Barnes-Hut approximation; 0 would be exact. */
const THETA = 0.5;

/**
 * Lays points out in a plane so that neighbours stay neighbours: Barnes-Hut t-SNE (van der Maaten,
 * "Accelerating t-SNE using Tree-Based Algorithms", 2014), with scikit-learn's learning rate. 10,000
 * points take about half a minute, 60,000 some minutes.
 *
 * @returns `[count, 2]`; distances between groups and axes mean nothing.
 * @throws {RangeError} If the perplexity is not below the number of neighbours.
 */
export function tsne(
  neighbours: PointNeighbours,
  {
    perplexity = neighbours.indices.shape[1] / 3,
    iterations = 750,
    start,
    seed = 0,
    onProgress,
  }: TsneOptions = {},
): NdArray<"float32"> {
  const { data: columns, shape: [count, k] } = neighbours.indices;
  if (!(perplexity < k)) {
    throw new RangeError(
      `Cannot lay out ${count} points: perplexity ${perplexity} needs more than ${k} neighbours`,
    );
  }
  const near = neighbourProbabilities(neighbours, perplexity);
  const y = startingPoints(count, { start, seed });
  const velocity = new Float64Array(2 * count);
  const gains = new Float64Array(2 * count).fill(1);
  const gradient = new Float64Array(2 * count);
  const sums = new Float64Array(3);
  const stack = new Int32Array(512);
  const learningRate = Math.max(count / EXAGGERATION / 4, 50);
  const early = Math.min(250, Math.floor(iterations / 3));
  for (let step = 0; step < iterations; step++) {
    const attraction = step < early ? EXAGGERATION : 1;
    const momentum = step < early ? 0.5 : 0.8;
    const tree = buildQuadtree(y);
    let total = 0;
    for (let i = 0; i < count; i++) {
      repulsion(tree, { x: y[2 * i], y: y[2 * i + 1], theta: THETA, sums, stack });
      total += sums[0];
      gradient[2 * i] = -sums[1];
      gradient[2 * i + 1] = -sums[2];
    }
    for (let j = 0; j < gradient.length; j++) gradient[j] /= total;
    for (let i = 0; i < count; i++) {
      for (let entry = i * k; entry < (i + 1) * k; entry++) {
        const j = columns[entry];
        const dx = y[2 * i] - y[2 * j], dy = y[2 * i + 1] - y[2 * j + 1];
        const pull = attraction * near[entry] / (1 + dx * dx + dy * dy);
        gradient[2 * i] += pull * dx;
        gradient[2 * i + 1] += pull * dy;
        gradient[2 * j] -= pull * dx;
        gradient[2 * j + 1] -= pull * dy;
      }
    }
    for (let j = 0; j < y.length; j++) {
      const onwards = (gradient[j] > 0) !== (velocity[j] > 0);
      gains[j] = Math.max(0.01, onwards ? gains[j] + 0.2 : gains[j] * 0.8);
      velocity[j] = momentum * velocity[j] - 4 * learningRate * gains[j] * gradient[j];
      y[j] += velocity[j];
    }
    onProgress?.(step + 1, iterations);
  }
  return ndarray("float32", [count, 2], Float32Array.from(y));
}

function startingPoints(
  count: number,
  { start, seed }: { start: NdArray<"float32"> | undefined; seed: number },
): Float64Array {
  const random = new Random(seed, "t-SNE");
  if (start === undefined) {
    return Float64Array.from({ length: 2 * count }, () => 1e-4 * random.normal());
  }
  const scale = Math.sqrt(start.data.reduce((sum, value) => sum + value * value, 0) / 2 / count);
  // A little noise, so that equal points can part.
  return Float64Array.from(start.data, (value) => 1e-4 * (value / scale + 0.01 * random.normal()));
}

/**
 * The probability that each is the neighbour of the other, halved between both directions: for each
 * point a normal distribution of the wanted perplexity over its neighbours, by bisection.
 *
 * @returns `[count, k]`
 */
function neighbourProbabilities(
  { squaredDistances: { data, shape: [count, k] } }: PointNeighbours,
  perplexity: number,
): Float64Array {
  const near = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    const row = near.subarray(i * k, (i + 1) * k);
    const squares = data.subarray(i * k, (i + 1) * k);
    const nearest = squares.reduce((a, b) => Math.min(a, b), Infinity);
    let low = 0, high = Infinity, precision = 1;
    for (let turn = 0; turn < 60; turn++) {
      let sum = 0, weighted = 0;
      for (let j = 0; j < k; j++) {
        // Relative to the nearest, so that no row underflows to zeros.
        row[j] = Math.exp(-precision * (squares[j] - nearest));
        sum += row[j];
        weighted += row[j] * (squares[j] - nearest);
      }
      const entropy = Math.log(sum) + precision * weighted / sum;
      for (let j = 0; j < k; j++) row[j] /= sum;
      const excess = entropy - Math.log(perplexity);
      if (Math.abs(excess) < 1e-5) break;
      if (excess > 0) low = precision;
      else high = precision;
      precision = high === Infinity ? precision * 2 : (low + high) / 2;
    }
    for (let j = 0; j < k; j++) row[j] /= 2 * count;
  }
  return near;
}
