import type { MixtureSize } from "./covariance.ts";

/** Weighted sums over the rows, a component at a time: all that the M step needs. */
export interface Statistics {
  /** `Σ r`, `[k]`. */
  readonly mass: Float64Array;
  /** `Σ r (x - shift)`, `[k, d]`. */
  readonly first: Float64Array;
  /** `Σ r (x - shift)(x - shift)ᵀ`, the lower triangles of `[k, d, d]`, or `[k, d]`. */
  readonly second: Float64Array;
  /** `[k, d]`. */
  readonly shift: Float64Array;
  /** `Σ weight · log density`. */
  readonly logLikelihood: number;
}

/** Which sums are taken. */
export interface SumsSize extends MixtureSize {
  /** Whole scatter matrices, or their diagonals alone. */
  readonly matrix: boolean;
}

/** How many numbers {@linkcode statisticsOf} reads. */
export function sumsLength({ components, features, matrix }: SumsSize): number {
  return components * (1 + features + (matrix ? features * features : features)) + 1;
}

/** Statistics whose sums lie in one array: mass, first, second and the log-likelihood. */
export function statisticsOf(
  sums: Float64Array,
  { components, features }: SumsSize,
  shift: Float64Array,
): Statistics {
  const second = components * (1 + features);
  return {
    mass: sums.subarray(0, components),
    first: sums.subarray(components, second),
    second: sums.subarray(second, sums.length - 1),
    shift,
    logLikelihood: sums.at(-1)!,
  };
}
