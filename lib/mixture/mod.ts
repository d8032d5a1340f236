export { GaussianMixture } from "./gaussian_mixture.ts";
export type { CovarianceType } from "./covariance.ts";
