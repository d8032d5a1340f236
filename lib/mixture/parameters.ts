import { cholesky } from "../array/linalg.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Random } from "../array/random.ts";
import {
  COVARIANCE_FORMS,
  type CovarianceType,
  estimateCovariances,
  factorPrecisions,
  type MixtureSize,
} from "./covariance.ts";

/** A Gaussian mixture of k components over d features: all that its density depends on. */
export interface MixtureParameters {
  readonly covarianceType: CovarianceType;
  /** `[k]`, sums to 1. */
  readonly weights: NdArray<"float64">;
  /** `[k, d]`. */
  readonly means: NdArray<"float64">;
  /** `[k, d, d]`, `[d, d]`, `[k, d]` or `[k]`: see {@linkcode CovarianceType}. */
  readonly covariances: NdArray<"float64">;
  /** Upper factors P with `P Pᵀ = covariance⁻¹`, in the shape of `covariances`. */
  readonly precisionsCholesky: NdArray<"float64">;
}

/** A mixture's parameters laid out for the inner loops, the same way for every covariance type. */
export interface Density extends MixtureSize {
  /** Whether `factors` holds matrices, or diagonals. */
  readonly matrix: boolean;
  /** `[k, d]`. */
  readonly means: Float64Array;
  /** For each component Pᵀ, lower triangular `[k, d, d]`; or the diagonal of P, `[k, d]`. */
  readonly factors: Float64Array;
  /** `log weight + log |P| - d/2 log 2π`, `[k]`. */
  readonly constants: Float64Array;
}

/** Lays a mixture out for the inner loops. */
export function densityOf(parameters: MixtureParameters): Density {
  const [components, features] = parameters.means.shape;
  const { matrix, shared, isotropic } = COVARIANCE_FORMS[parameters.covarianceType];
  const stored = parameters.precisionsCholesky.data;
  const width = matrix ? features * features : features;
  const stride = shared ? 0 : isotropic ? 1 : width;
  const factors = new Float64Array(components * width);
  const constants = new Float64Array(components);
  for (let c = 0; c < components; c++) {
    constants[c] = Math.log(parameters.weights.data[c]) - features / 2 * Math.log(2 * Math.PI);
    for (let i = 0; i < features; i++) {
      for (let j = 0; matrix && j < i; j++) {
        factors[c * width + i * features + j] = stored[c * stride + j * features + i];
      }
      const diagonal = matrix ? i * features + i : i;
      const value = stored[c * stride + (isotropic ? 0 : diagonal)];
      factors[c * width + diagonal] = value;
      constants[c] += Math.log(value);
    }
  }
  return { components, features, matrix, means: parameters.means.data, factors, constants };
}

/** Weighted moments of rows, a component at a time. */
export interface Moments {
  /** The weight that each component holds, `[k]`. */
  readonly mass: Float64Array;
  /** `[k, d]`. */
  readonly means: Float64Array;
  /** Sums of squares about the means: the lower triangles of `[k, d, d]`, or `[k, d]`. */
  readonly scatter: Float64Array;
}

/**
 * The mixture with the given moments.
 *
 * @throws {InputError} If a component has collapsed.
 */
export function mixtureFromMoments(
  { mass, means, scatter }: Moments,
  { covarianceType, regCovar }: { covarianceType: CovarianceType; regCovar: number },
): MixtureParameters {
  const components = mass.length;
  const features = means.length / components;
  const total = mass.reduce((sum, value) => sum + value, 0);
  const covariances = estimateCovariances(scatter, mass, { covarianceType, features, regCovar });
  return {
    covarianceType,
    weights: ndarray("float64", [components], mass.map((value) => value / total)),
    means: ndarray("float64", [components, features], means),
    covariances,
    precisionsCholesky: factorPrecisions(covarianceType, covariances),
  };
}

/** For each component the lower factor L of its covariance `L Lᵀ`, `[d, d]`. */
export function covarianceFactors(
  { covarianceType, covariances: { data }, means: { shape: [components, features] } }:
    MixtureParameters,
): Float64Array[] {
  const { matrix, shared, isotropic } = COVARIANCE_FORMS[covarianceType];
  return Array.from({ length: components }, (_, c) => {
    const area = features * features;
    if (matrix) {
      const start = shared ? 0 : c * area;
      return cholesky(data.subarray(start, start + area), features);
    }
    const factor = new Float64Array(area);
    for (let i = 0; i < features; i++) {
      factor[i * features + i] = Math.sqrt(data[isotropic ? c : c * features + i]);
    }
    return factor;
  });
}

/** Draws points `[count, d]` and the components they come from `[count]`. */
export function drawSamples(
  parameters: MixtureParameters,
  count: number,
  random: Random,
): { x: NdArray<"float64">; components: Int32Array } {
  const weights = parameters.weights.data;
  const features = parameters.means.shape[1];
  const factors = covarianceFactors(parameters);
  const x = new Float64Array(count * features);
  const components = Int32Array.from({ length: count }, (_, row) => {
    let rest = random.uniform();
    let component = 0;
    while (component < weights.length - 1 && (rest -= weights[component]) >= 0) component++;
    const factor = factors[component];
    x.set(drawFrom(parameters, { factor, component, random }), row * features);
    return component;
  });
  return { x: ndarray("float64", [count, features], x), components };
}

/** Writes `mean + L noise`: a draw from component `c` where the noise is standard normal. */
export function drawFrom(
  { means: { data, shape: [, features] } }: MixtureParameters,
  { factor, component, random }: { factor: Float64Array; component: number; random: Random },
): Float64Array {
  const noise = Float64Array.from({ length: features }, () => random.normal());
  return noise.map((_, i) => {
    let value = data[component * features + i];
    for (let j = 0; j <= i; j++) value += factor[i * features + j] * noise[j];
    return value;
  });
}
