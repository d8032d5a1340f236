import { fromNested, type Nested, toNested } from "../array/nested.ts";
import type { NdArray } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import { covarianceShape, factorPrecisions } from "./covariance.ts";
import type { EmResult } from "./expectation_maximization.ts";
import {
  checkMixtureOptions,
  type GaussianMixtureOptions,
  withDefaults,
} from "./mixture_options.ts";

/** What the value says it is. */
const FORMAT = "glimpse-gaussian-mixture";

/** A `GaussianMixture` as a value that JSON can hold; arrays are nested lists. */
export interface MixtureJson {
  readonly format: typeof FORMAT;
  /** Its options; the starts given by the user are left out. */
  readonly options: Omit<GaussianMixtureOptions, `${string}Init`>;
  /** What was fitted; absent before `fit()`. */
  readonly fitted?: {
    readonly weights: Nested;
    readonly means: Nested;
    readonly covariances: Nested;
    readonly converged: boolean;
    readonly lowerBounds: readonly number[];
  };
}

/** A mixture as {@linkcode MixtureJson}. */
export function mixtureToJson(
  { weightsInit: _w, meansInit: _m, precisionsInit: _p, ...options }: GaussianMixtureOptions,
  result: EmResult | undefined,
): MixtureJson {
  if (result === undefined) return { format: FORMAT, options };
  const { parameters: { weights, means, covariances }, converged, lowerBounds } = result;
  return {
    format: FORMAT,
    options,
    fitted: {
      weights: toNested(weights),
      means: toNested(means),
      covariances: toNested(covariances),
      converged,
      lowerBounds,
    },
  };
}

/**
 * The options and the fitted values in {@linkcode MixtureJson}; the factors of the precisions are
 * computed again.
 *
 * @throws {InputError} If it is no such value, or its arrays do not make a mixture.
 */
export function mixtureFromJson(
  json: unknown,
): { options: GaussianMixtureOptions; result?: EmResult } {
  const { format, options: given = {}, fitted } = (json ?? {}) as Partial<MixtureJson>;
  if (format !== FORMAT) throw fault(`its format is ${JSON.stringify(format)}, "${FORMAT}"`);
  const options = withDefaults(given);
  const first = (fitted?.means as Nested[] | undefined)?.[0];
  const features = Array.isArray(first) ? first.length : 1;
  checkMixtureOptions(options, features);
  if (fitted === undefined) return { options };
  const size = { components: options.nComponents, features };
  const read = (name: "weights" | "means" | "covariances", shape: readonly number[]) => {
    const values = fromNested(fitted[name], shape);
    if (values === undefined || !values.data.every(Number.isFinite)) {
      throw fault(`its ${name} are not finite numbers of shape [${shape}], which`);
    }
    return values;
  };
  const { covarianceType } = options;
  const weights = read("weights", [size.components]);
  const total = weights.data.reduce((sum, weight) => sum + weight, 0);
  if (weights.data.some((weight) => weight < 0) || Math.abs(total - 1) > 1e-6) {
    throw fault("its weights are no shares of 1, which");
  }
  const covariances = read("covariances", covarianceShape(covarianceType, size));
  const { converged = false, lowerBounds = [] } = fitted;
  return {
    options,
    result: {
      parameters: {
        covarianceType,
        weights,
        means: read("means", [size.components, size.features]),
        covariances,
        precisionsCholesky: factorsOf(covarianceType, covariances),
      },
      converged,
      lowerBounds: [...lowerBounds],
      nIter: lowerBounds.length,
    },
  };
}

function factorsOf(
  type: Parameters<typeof factorPrecisions>[0],
  covariances: NdArray<"float64">,
): NdArray<"float64"> {
  try {
    return factorPrecisions(type, covariances);
  } catch (error) {
    throw fault("its covariances are not positive definite, which", error);
  }
}

function fault(found: string, cause?: unknown): InputError {
  return new InputError(`Cannot read mixture: ${found} is needed`, { cause });
}
