/**
 * Gaussian mixtures in float64: clusters of points, and classifiers of a latent space that learn
 * from many points without labels and a few with.
 *
 * ```ts
 * import { GaussianMixture } from "@glimpse/glimpse/mixture";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assertEquals } from "@std/assert";
 *
 * const x = ndarray("float64", [4, 1], Float64Array.of(0, 1, 10, 11));
 * const mixture = new GaussianMixture({ nComponents: 2 }).fit(x);
 * assertEquals(mixture.means.data.toSorted(), Float64Array.of(0.5, 10.5));
 * ```
 *
 * @module
 */
export { GaussianMixture } from "./gaussian_mixture.ts";
export {
  type FitOptions,
  type GaussianMixtureOptions,
  MIXTURE_DEFAULTS,
} from "./mixture_options.ts";
export type { MixtureJson } from "./mixture_json.ts";
export { COVARIANCE_TYPES, type CovarianceType } from "./covariance.ts";
export type { InitParams } from "./initialize.ts";
export type { MixtureParameters } from "./parameters.ts";
export type { Points } from "./rows.ts";
export { kMeans, type KMeansOptions, type KMeansResult } from "./kmeans.ts";
