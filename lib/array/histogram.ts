import { quantile } from "../latent/outlier.ts";

/** How many of some values lie between each two edges. */
export interface Histogram {
  /** Ascending, equally far apart; `[bins + 1]`. */
  readonly edges: number[];
  /** For each set of values its share in each bin, the first and last taking what lies beyond. */
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
 * Counts sets of values over the same edges, which span the first set but for its tails: a few
 * values far off would leave all others in one bin.
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
