import type { NdArray } from "../array/ndarray.ts";
import {
  COVARIANCE_FORMS,
  COVARIANCE_TYPES,
  covarianceShape,
  type CovarianceType,
  factorsOfPrecisions,
} from "./covariance.ts";
import {
  checkConstraints,
  isIntegerFrom,
  isNumberFrom,
  isOneOf,
  isOptional,
} from "../constraints.ts";
import { InputError } from "../input_error.ts";
import { INITIALIZERS, type InitParams } from "./initialize.ts";

/** Options for a `GaussianMixture`. */
export interface GaussianMixtureOptions {
  /** @default {1} */
  nComponents?: number;
  /** @default {"full"} */
  covarianceType?: CovarianceType;
  /** EM stops when the mean log-likelihood of a row changes by less. @default {1e-3} */
  tol?: number;
  /** Added to every variance. @default {1e-6} */
  regCovar?: number;
  /** @default {100} */
  maxIter?: number;
  /** Starts to try; the one with the highest bound is kept. @default {1} */
  nInit?: number;
  /** @default {"kmeans"} */
  initParams?: InitParams;
  /** `[nComponents]`, in place of the weights that `initParams` finds. */
  weightsInit?: NdArray<"float64">;
  /** `[nComponents, features]`, in place of the means that `initParams` finds. */
  meansInit?: NdArray<"float64">;
  /** Shaped as the covariances, in place of the precisions that `initParams` finds. */
  precisionsInit?: NdArray<"float64">;
  /** @default {0} */
  seed?: number;
}

/** Options for `GaussianMixture.fit()`. */
export interface FitOptions {
  /** The weight of each row, `[count]`; all 1 if left out. A row of weight 0 has no effect. */
  sampleWeight?: ArrayLike<number>;
  /**
   * The most threads that share the rows of large data, 0 for every core. The result is the same;
   * where workers and shared memory are missing, as on most web pages, it is one.
   * @default {0}
   */
  threads?: number;
}

/** Every option with its default; the starts given by the user have none. */
export type ResolvedOptions =
  & Required<Omit<GaussianMixtureOptions, "weightsInit" | "meansInit" | "precisionsInit">>
  & Pick<GaussianMixtureOptions, "weightsInit" | "meansInit" | "precisionsInit">;

/** The defaults of {@linkcode GaussianMixtureOptions}: scikit-learn's. */
export const MIXTURE_DEFAULTS = {
  nComponents: 1,
  covarianceType: "full",
  tol: 1e-3,
  regCovar: 1e-6,
  maxIter: 100,
  nInit: 1,
  initParams: "kmeans",
  seed: 0,
} as const satisfies GaussianMixtureOptions;

/**
 * The options with defaults for what is left out or undefined.
 *
 * @throws {InputError} If there is no option of a name.
 */
export function withDefaults(options: GaussianMixtureOptions): ResolvedOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const names = [...Object.keys(MIXTURE_DEFAULTS), "weightsInit", "meansInit", "precisionsInit"];
  const unknown = given.find(([name]) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError(
      `Cannot use option "${unknown[0]}" of a mixture: it has ${names.join(", ")}`,
    );
  }
  return { ...MIXTURE_DEFAULTS, ...Object.fromEntries(given) };
}

/**
 * Checks every option.
 *
 * @param features The number of features of the data to fit.
 * @throws {InputError} If one is out of its range.
 */
export function checkMixtureOptions(options: ResolvedOptions, features: number): void {
  const given = (test: (array: NdArray<"float64">, size: InitSize) => boolean) =>
    isOptional((value) => test(value as NdArray<"float64">, { ...options, features }));
  checkConstraints(options, [
    ["nComponents", "an integer of 1 or more", isIntegerFrom(1)],
    ["covarianceType", `one of ${COVARIANCE_TYPES.join(", ")}`, isOneOf(COVARIANCE_TYPES)],
    ["tol", "a number of 0 or more", isNumberFrom(0)],
    ["regCovar", "a number of 0 or more", isNumberFrom(0)],
    ["maxIter", "an integer of 0 or more", isIntegerFrom(0)],
    ["nInit", "an integer of 1 or more", isIntegerFrom(1)],
    ["initParams", `one of ${INIT_NAMES.join(", ")}`, isOneOf(INIT_NAMES)],
    ["seed", "an integer of 0 or more", isIntegerFrom(0)],
    ["weightsInit", "nComponents weights of 0 or more that sum to 1", given(isWeights)],
    ["meansInit", "finite numbers of shape [nComponents, features]", given(isMeans)],
    [
      "precisionsInit",
      "symmetric and positive definite, shaped as the covariances",
      given(isPrecisions),
    ],
  ], "fit mixture");
}

const INIT_NAMES = Object.keys(INITIALIZERS);

interface InitSize {
  readonly nComponents: number;
  readonly features: number;
  readonly covarianceType: CovarianceType;
}

function hasShape({ shape, data }: NdArray<"float64">, needed: readonly number[]): boolean {
  return String(shape) === String(needed) && data.every(Number.isFinite);
}

function isWeights(weights: NdArray<"float64">, { nComponents }: InitSize): boolean {
  const sum = weights.data.reduce((total, weight) => total + weight, 0);
  return hasShape(weights, [nComponents]) && weights.data.every((weight) => weight >= 0) &&
    Math.abs(sum - 1) < 1e-8;
}

function isMeans(means: NdArray<"float64">, { nComponents, features }: InitSize): boolean {
  return hasShape(means, [nComponents, features]);
}

function isPrecisions(precisions: NdArray<"float64">, size: InitSize): boolean {
  const { nComponents, features, covarianceType } = size;
  const { data } = precisions;
  const needed = covarianceShape(covarianceType, { components: nComponents, features });
  if (!hasShape(precisions, needed)) return false;
  const largest = data.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  const isSymmetric = !COVARIANCE_FORMS[covarianceType].matrix || data.every((entry, i) => {
    const row = Math.floor(i / features) % features, column = i % features;
    return Math.abs(entry - data[i + (column - row) * (features - 1)]) <= 1e-8 * largest;
  });
  if (!isSymmetric) return false;
  try {
    factorsOfPrecisions(covarianceType, precisions);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
