import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";

/** Options for {@linkcode tsne}. */
export interface TsneOptions {
  /** About how many neighbours each point has. @default {30} */
  perplexity?: number;
  /** @default {400} */
  iterations?: number;
  /** @default {0} */
  seed?: number;
}

/**
 * Lays points out in a plane so that neighbours stay neighbours: exact t-SNE (van der Maaten and
 * Hinton, "Visualizing Data using t-SNE", 2008) with early exaggeration and per-coordinate gains.
 * Time and memory grow with the square of the points; 1,000 take about a second.
 *
 * @param points `[count, features]`
 * @returns `[count, 2]`; distances between groups and axes mean nothing.
 * @throws {RangeError} If the points are not more than three times the perplexity.
 */
export function tsne(
  points: NdArray<"float32">,
  { perplexity = 30, iterations = 400, seed = 0 }: TsneOptions = {},
): NdArray<"float32"> {
  const [count] = points.shape;
  if (!(count > 3 * perplexity)) {
    throw new RangeError(
      `Cannot lay out ${count} points: perplexity ${perplexity} needs more than ${3 * perplexity}`,
    );
  }
  const near = jointProbabilities(points, perplexity);
  const random = new Random(seed, "t-SNE");
  const y = Float64Array.from({ length: 2 * count }, () => 1e-4 * random.normal());
  const velocity = new Float64Array(2 * count);
  const gains = new Float64Array(2 * count).fill(1);
  const kernel = new Float64Array(count * count);
  const learningRate = Math.max(count / 12, 50);
  for (let step = 0; step < iterations; step++) {
    const exaggeration = step < 100 ? 12 : 1;
    const momentum = step < 100 ? 0.5 : 0.8;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const dx = y[2 * i] - y[2 * j], dy = y[2 * i + 1] - y[2 * j + 1];
        const value = 1 / (1 + dx * dx + dy * dy);
        kernel[i * count + j] = value;
        sum += 2 * value;
      }
    }
    const gradient = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const q = kernel[i * count + j];
        const pull = 4 * (exaggeration * near[i * count + j] - q / sum) * q;
        const gx = pull * (y[2 * i] - y[2 * j]), gy = pull * (y[2 * i + 1] - y[2 * j + 1]);
        gradient[2 * i] += gx;
        gradient[2 * i + 1] += gy;
        gradient[2 * j] -= gx;
        gradient[2 * j + 1] -= gy;
      }
    }
    for (let k = 0; k < y.length; k++) {
      const onwards = (gradient[k] > 0) !== (velocity[k] > 0);
      gains[k] = Math.max(0.01, onwards ? gains[k] + 0.2 : gains[k] * 0.8);
      velocity[k] = momentum * velocity[k] - learningRate * gains[k] * gradient[k];
      y[k] += velocity[k];
    }
  }
  return ndarray("float32", [count, 2], Float32Array.from(y));
}

/** The probability that two points are neighbours, the lower triangle of `[count, count]`. */
function jointProbabilities(
  { data, shape: [count, features] }: NdArray<"float32">,
  perplexity: number,
): Float64Array {
  const squares = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < features; k++) {
        sum += (data[i * features + k] - data[j * features + k]) ** 2;
      }
      squares[i * count + j] = squares[j * count + i] = sum;
    }
  }
  const conditional = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    const row = conditional.subarray(i * count, (i + 1) * count);
    fillNeighbours(row, squares.subarray(i * count, (i + 1) * count), { i, perplexity });
  }
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const both = conditional[i * count + j] + conditional[j * count + i];
      conditional[i * count + j] = Math.max(both / (2 * count), 1e-12);
    }
  }
  return conditional;
}

/** Finds the width of the normal distribution with the wanted perplexity, by bisection. */
function fillNeighbours(
  row: Float64Array,
  squares: Float64Array,
  { i, perplexity }: { i: number; perplexity: number },
): void {
  const nearest = squares.reduce(
    (least, value, j) => j === i ? least : Math.min(least, value),
    Infinity,
  );
  let low = 0, high = Infinity, precision = 1;
  for (let turn = 0; turn < 60; turn++) {
    let sum = 0, weighted = 0;
    for (let j = 0; j < row.length; j++) {
      // Relative to the nearest, so that no row underflows to zeros.
      row[j] = j === i ? 0 : Math.exp(-precision * (squares[j] - nearest));
      sum += row[j];
      weighted += row[j] * (squares[j] - nearest);
    }
    const entropy = Math.log(sum) + precision * weighted / sum;
    for (let j = 0; j < row.length; j++) row[j] /= sum;
    const excess = entropy - Math.log(perplexity);
    if (Math.abs(excess) < 1e-5) break;
    if (excess > 0) low = precision;
    else high = precision;
    precision = high === Infinity ? precision * 2 : (low + high) / 2;
  }
}
