import { InputError } from "../input_error.ts";
import {
  COVARIANCE_TYPES,
  covarianceParameterCount,
  type CovarianceType,
} from "../mixture/covariance.ts";
import { GaussianMixture } from "../mixture/gaussian_mixture.ts";
import { type LatentTransform, transformLatents, type TransformName } from "./latent_transform.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { take } from "../array/rows.ts";
import { Random } from "../array/random.ts";

/** Mixtures of the same latents, by size and covariance type. */
export interface MixtureComparison {
  readonly transform: TransformName;
  /** The number of latents that they were fitted to. */
  readonly rows: number;
  readonly fits: {
    readonly components: number;
    readonly covarianceType: CovarianceType;
    /** The Bayesian information criterion; null where the mixture collapsed or was not fitted. */
    readonly bic: number | null;
    /** The mean log density that the fit reached, in nats; null as `bic` is. */
    readonly lowerBound: number | null;
  }[];
}

/** Options for {@linkcode compareMixtures}. */
export interface CompareMixturesOptions {
  /** The number of classes: mixtures of one, two and three times as many are fitted. */
  classes: number;
  /** The transform of the latents before the fit. */
  transform: LatentTransform;
  /** The most rows to fit to, in random order. @default {2000} */
  maxRows?: number;
  /** @default {0} */
  seed?: number;
}

/**
 * Fits plain mixtures of every covariance type to latents `[count, latentDim]`, without labels, to
 * compare their bounds and Bayesian information criteria. One with more parameters than
 * there are rows is left out, and so is one that collapses.
 */
export function compareMixtures(
  z: NdArray<"float32">,
  { classes, transform, maxRows = 2000, seed = 0 }: CompareMixturesOptions,
): MixtureComparison {
  const [count, features] = z.shape;
  const order = new Random(seed, "compared rows").permutation(count).subarray(0, maxRows).sort();
  const rows = order.length;
  const sample = ndarray("float64", [rows, features], Float64Array.from(take(z, order).data));
  const { u } = transformLatents(transform, sample);
  const x = ndarray("float64", [rows, features], u);
  const fits = [1, 2, 3].flatMap((times) =>
    COVARIANCE_TYPES.map((covarianceType) => {
      const components = times * classes;
      const parameters = covarianceParameterCount(covarianceType, { components, features }) +
        components * features + components - 1;
      const scores = parameters < rows
        ? fitOne(x, { nComponents: components, covarianceType, maxIter: 50, seed })
        : { bic: null, lowerBound: null };
      return { components, covarianceType, ...scores };
    })
  );
  return { transform: transform.name, rows, fits };
}

function fitOne(
  x: NdArray<"float64">,
  options: ConstructorParameters<typeof GaussianMixture>[0],
): { bic: number | null; lowerBound: number | null } {
  try {
    const mixture = new GaussianMixture(options).fit(x);
    return { bic: mixture.bic(x), lowerBound: mixture.lowerBound };
  } catch (error) {
    // A mixture that collapses is a property of the latents, not a fault of the run.
    if (error instanceof InputError) return { bic: null, lowerBound: null };
    throw error;
  }
}
