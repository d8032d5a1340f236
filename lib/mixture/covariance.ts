import { cholesky, invertTriangular, timesTranspose, transpose } from "../array/linalg.ts";
import { InputError } from "../input_error.ts";
import { type NdArray, ndarray, sizeOf } from "../array/ndarray.ts";

/** Which covariances the components of a mixture may have. */
export type CovarianceType = "full" | "tied" | "diag" | "spherical";

/** What tells the covariance types apart: all else follows from these three. */
export interface CovarianceForm {
  /** Whole matrices, or their diagonals alone. */
  readonly matrix: boolean;
  /** One covariance that all components share. */
  readonly shared: boolean;
  /** One variance for all axes. */
  readonly isotropic: boolean;
}

/** The covariance types by name. */
export const COVARIANCE_FORMS: Readonly<Record<CovarianceType, CovarianceForm>> = {
  full: { matrix: true, shared: false, isotropic: false },
  tied: { matrix: true, shared: true, isotropic: false },
  diag: { matrix: false, shared: false, isotropic: false },
  spherical: { matrix: false, shared: false, isotropic: true },
};

/** The names of the covariance types. */
export const COVARIANCE_TYPES = Object.keys(COVARIANCE_FORMS) as readonly CovarianceType[];

/** The size of a mixture: k components of d features. */
export interface MixtureSize {
  readonly components: number;
  readonly features: number;
}

/**
 * The shape of the covariances and their factors: `[k, d, d]`, `[d, d]`, `[k, d]` or `[k]`, as in
 * scikit-learn.
 */
export function covarianceShape(
  type: CovarianceType,
  { components, features }: MixtureSize,
): number[] {
  const { matrix, shared, isotropic } = COVARIANCE_FORMS[type];
  return [
    ...(shared ? [] : [components]),
    ...(isotropic ? [] : [features]),
    ...(matrix ? [features] : []),
  ];
}

/** How many free numbers the covariances hold. */
export function covarianceParameterCount(type: CovarianceType, size: MixtureSize): number {
  const { matrix } = COVARIANCE_FORMS[type];
  const values = sizeOf(covarianceShape(type, size));
  return matrix ? values * (size.features + 1) / (2 * size.features) : values;
}

/**
 * Covariances from the scatter about the means.
 *
 * @param scatter Weighted sums of squares: `[k, d, d]` with the lower triangle filled where the
 * type has matrices, else `[k, d]`.
 * @param mass The weight that each component holds, `[k]`.
 * @param options `regCovar` is added to every variance.
 */
export function estimateCovariances(
  scatter: Float64Array,
  mass: Float64Array,
  { covarianceType, features, regCovar }: {
    covarianceType: CovarianceType;
    features: number;
    regCovar: number;
  },
): NdArray<"float64"> {
  const { matrix, shared, isotropic } = COVARIANCE_FORMS[covarianceType];
  const components = mass.length;
  const shape = covarianceShape(covarianceType, { components, features });
  const covariances = new Float64Array(sizeOf(shape));
  const total = mass.reduce((sum, value) => sum + value, 0);
  const width = scatter.length / components;
  const stride = shared ? 0 : isotropic ? 1 : width;
  for (let c = 0; c < components; c++) {
    const scale = 1 / ((shared ? total : mass[c]) * (isotropic ? features : 1));
    for (let i = 0; i < width; i++) {
      covariances[c * stride + (isotropic ? 0 : i)] += scatter[c * width + i] * scale;
    }
  }
  if (!matrix) return ndarray("float64", shape, covariances.map((value) => value + regCovar));
  for (let i = 0; i < covariances.length; i++) {
    const row = Math.floor(i / features) % features;
    const column = i % features;
    if (column === row) covariances[i] += regCovar;
    if (column > row) covariances[i] = covariances[i + (column - row) * (features - 1)];
  }
  return ndarray("float64", shape, covariances);
}

/**
 * The factors P of the precisions, `P Pᵀ = covariance⁻¹`: upper triangular matrices, or square
 * roots where the type has no matrices.
 *
 * @throws {InputError} If a component has collapsed.
 */
export function factorPrecisions(
  type: CovarianceType,
  covariances: NdArray<"float64">,
): NdArray<"float64"> {
  const { matrix, shared } = COVARIANCE_FORMS[type];
  return mapCovariances(matrix, covariances, (covariance, size, index) => {
    try {
      if (matrix) return transpose(invertTriangular(cholesky(covariance, size), size), size);
      return covariance.map((variance) => 1 / cholesky(Float64Array.of(variance), 1)[0]);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw collapsed(
        shared ? "the tied covariance" : `component ${index}`,
        "has a singular covariance",
      );
    }
  });
}

/** The fault of a component that lost its data or its extent, with what the user can change. */
export function collapsed(what: string, how: string): InputError {
  return new InputError(
    `Cannot fit mixture: ${what} ${how}, use fewer components, a larger regCovar or scaled data`,
  );
}

/** The precisions `P Pᵀ` from their factors. */
export function precisionsOf(
  type: CovarianceType,
  factors: NdArray<"float64">,
): NdArray<"float64"> {
  const { matrix } = COVARIANCE_FORMS[type];
  return mapCovariances(
    matrix,
    factors,
    (factor, size) => matrix ? timesTranspose(factor, size) : factor.map((root) => root * root),
  );
}

/**
 * The upper triangular factors P of given precisions, `P Pᵀ = precision`. Reversing rows and
 * columns turns the lower factor that Cholesky finds into the upper one that is wanted.
 *
 * @throws {RangeError} If a precision is not positive definite.
 */
export function factorsOfPrecisions(
  type: CovarianceType,
  precisions: NdArray<"float64">,
): NdArray<"float64"> {
  const { matrix } = COVARIANCE_FORMS[type];
  return mapCovariances(matrix, precisions, (precision, size) => {
    if (matrix) return cholesky(precision.toReversed(), size).reverse();
    return precision.map((value) => cholesky(Float64Array.of(value), 1)[0]);
  });
}

/** The covariances that belong to factors of precisions. */
export function covariancesOf(
  type: CovarianceType,
  factors: NdArray<"float64">,
): NdArray<"float64"> {
  const { matrix } = COVARIANCE_FORMS[type];
  return mapCovariances(matrix, factors, (factor, size) => {
    if (!matrix) return factor.map((root) => 1 / (root * root));
    // P = L⁻ᵀ, so Pᵀ = L⁻¹ and its inverse is L.
    return timesTranspose(invertTriangular(transpose(factor, size), size), size);
  });
}

/** Applies a function to each matrix of a stack, or to the values where there are no matrices. */
function mapCovariances(
  matrix: boolean,
  { shape, data }: NdArray<"float64">,
  map: (values: Float64Array, size: number, index: number) => Float64Array,
): NdArray<"float64"> {
  const size = matrix ? shape.at(-1)! : shape.length > 1 ? shape[1] : 1;
  const stride = matrix ? size * size : size;
  const mapped = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += stride) {
    mapped.set(map(data.subarray(start, start + stride), size, start / stride), start);
  }
  return ndarray("float64", shape, mapped);
}
