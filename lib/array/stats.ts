import { InputError } from "../input_error.ts";
import type { NdArray } from "./ndarray.ts";

/**
 * A quantile of values, interpolated between neighbours (definition 7 of Hyndman and Fan, 1996:
 * numpy's default).
 *
 * @param share From 0, the least value, to 1, the greatest.
 * @throws {InputError} If there are no values.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) {
    throw new InputError("Cannot find a quantile: there are no values, at least one is needed");
  }
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** The mean and the standard deviation (divided by n) of points `[count, axes]` along each axis. */
export function axisMoments(
  { data, shape: [count, axes] }: NdArray<"float32">,
): { mean: number; deviation: number }[] {
  return Array.from({ length: axes }, (_, axis) => {
    let sum = 0;
    for (let i = axis; i < data.length; i += axes) sum += data[i];
    const mean = sum / count;
    let squares = 0;
    for (let i = axis; i < data.length; i += axes) squares += (data[i] - mean) ** 2;
    return { mean, deviation: Math.sqrt(squares / count) };
  });
}

/** The index of the greatest value in each row of `[rows, columns]`, the first of equals: `[rows]`. */
export function argMaxRows(values: ArrayLike<number>, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, row) => {
    let best = 0;
    for (let c = 1; c < columns; c++) {
      if (values[row * columns + c] > values[row * columns + best]) best = c;
    }
    return best;
  });
}

/** The greatest value in each row of `[rows, columns]`, `[rows]`. */
export function maxRows({ data, shape: [rows, columns] }: NdArray): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let greatest = -Infinity;
    for (let c = 0; c < columns; c++) {
      greatest = Math.max(greatest, Number(data[row * columns + c]));
    }
    return greatest;
  });
}

/** The shares of sets of values in common bins. */
export interface Histogram {
  /** Ascending, equally spaced; `[bins + 1]`. */
  readonly edges: number[];
  /** For each set the share of its values in each bin; the outer bins count values beyond them. */
  readonly shares: number[][];
}

/** Options for {@linkcode histogramOf}. */
export interface HistogramOptions {
  /** @default {40} */
  binCount?: number;
  /** The shares of the first set that may lie below and above the edges. @default {[0.002, 0]} */
  tails?: readonly [number, number];
}

/**
 * Counts sets of values in the same bins. They span the first set without its tails: a few distant
 * values would leave all others in one bin.
 *
 * @throws {InputError} If the first set is empty.
 */
export function histogramOf(
  sets: readonly ArrayLike<number>[],
  { binCount = 40, tails = [0.002, 0] }: HistogramOptions = {},
): Histogram {
  const low = quantile(sets[0], tails[0]);
  const high = quantile(sets[0], 1 - tails[1]);
  const width = (high - low) / binCount || 1;
  const edges = Array.from({ length: binCount + 1 }, (_, i) => low + i * width);
  const shares = sets.map((values) => {
    const counts = new Array<number>(binCount).fill(0);
    for (let i = 0; i < values.length; i++) {
      counts[Math.min(binCount - 1, Math.max(0, Math.floor((values[i] - low) / width)))]++;
    }
    return counts.map((count) => count / values.length);
  });
  return { edges, shares };
}

/** The arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
