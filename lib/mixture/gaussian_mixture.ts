import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { argMaxRows, mean } from "../array/stats.ts";
import {
  covarianceParameterCount,
  covariancesOf,
  factorsOfPrecisions,
  precisionsOf,
} from "./covariance.ts";
import { logPosteriors } from "./expectation.ts";
import {
  type EmResult,
  maximizeLikelihood,
  mixtureFromResponsibilities,
} from "./expectation_maximization.ts";
import { INITIALIZERS } from "./initialize.ts";
import {
  checkMixtureOptions,
  type FitOptions,
  type GaussianMixtureOptions,
  MIXTURE_DEFAULTS,
  type ResolvedOptions,
} from "./mixture_options.ts";
import { covarianceFactors, densityOf, drawFrom, type MixtureParameters } from "./parameters.ts";
import { type Points, readPoints, type Rows, rowWarnings, weightedRows } from "./rows.ts";
import { finish } from "./steps.ts";

/**
 * A Gaussian mixture fitted by expectation-maximization in float64, with scikit-learn's options,
 * methods and fitted values. From the same start it takes the same steps.
 *
 * @example Usage
 * ```ts
 * import { GaussianMixture } from "@glimpse/glimpse/mixture";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assertEquals } from "@std/assert";
 *
 * const x = ndarray("float64", [6, 1], Float64Array.of(0, 1, 2, 10, 11, 12));
 * const mixture = new GaussianMixture({ nComponents: 2 }).fit(x);
 * const [first, , , fourth] = mixture.predict(x);
 * assertEquals(first === fourth, false);
 * assertEquals(Math.round(mixture.means.data[first]), 1);
 * ```
 */
export class GaussianMixture {
  readonly options: Readonly<ResolvedOptions>;
  /** What the last fit should be doubted for, a sentence each. */
  warnings: readonly string[] = [];
  #result: EmResult | undefined;

  constructor(options: GaussianMixtureOptions = {}) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.options = { ...MIXTURE_DEFAULTS, ...Object.fromEntries(given) };
  }

  /** All of the fitted density, as one value. */
  get parameters(): MixtureParameters {
    return this.#fitted.parameters;
  }

  /** `[nComponents]`. */
  get weights(): NdArray<"float64"> {
    return this.parameters.weights;
  }

  /** `[nComponents, features]`. */
  get means(): NdArray<"float64"> {
    return this.parameters.means;
  }

  /** `[k, d, d]` full, `[d, d]` tied, `[k, d]` diag, `[k]` spherical. */
  get covariances(): NdArray<"float64"> {
    return this.parameters.covariances;
  }

  /** The inverses of the covariances, in their shape. */
  get precisions(): NdArray<"float64"> {
    return precisionsOf(this.options.covarianceType, this.precisionsCholesky);
  }

  /** Upper factors P of the precisions `P Pᵀ`, in the shape of the covariances. */
  get precisionsCholesky(): NdArray<"float64"> {
    return this.parameters.precisionsCholesky;
  }

  /** Whether the bound came to rest within `maxIter` iterations. */
  get converged(): boolean {
    return this.#fitted.converged;
  }

  /** Iterations of the start that was kept. */
  get nIter(): number {
    return this.#fitted.nIter;
  }

  /** The mean log-likelihood of a row before the last M step; `-Infinity` if there was none. */
  get lowerBound(): number {
    return this.lowerBounds.at(-1) ?? -Infinity;
  }

  /** The same for each iteration, `[nIter]`. */
  get lowerBounds(): readonly number[] {
    return this.#fitted.lowerBounds;
  }

  /**
   * Fits the mixture to points `[count, features]`.
   *
   * @throws {InputError} If an option or the points cannot be used, or a component collapses.
   */
  fit(x: Points, { sampleWeight, threads = 0 }: FitOptions = {}): this {
    const rows = weightedRows(x, { sampleWeight });
    checkMixtureOptions(this.options, rows.features);
    const { nComponents, nInit, seed } = this.options;
    if (rows.count < Math.max(nComponents, 2)) {
      throw new InputError(
        `Cannot fit mixture: there are ${rows.count} rows of weight above 0, ` +
          `at least ${Math.max(nComponents, 2)} are needed for nComponents ${nComponents}`,
      );
    }
    const random = new Random(seed, "mixture");
    let best: EmResult | undefined;
    for (let init = 0; init < nInit; init++) {
      const start = this.#start(rows, random);
      const result = finish(maximizeLikelihood({ rows }, start, { ...this.options, threads }));
      const bound = result.lowerBounds.at(-1) ?? -Infinity;
      if (best === undefined || bound > (best.lowerBounds.at(-1) ?? -Infinity)) best = result;
    }
    this.#result = best;
    this.warnings = rowWarnings(rows, nComponents);
    return this;
  }

  /** Fits the mixture and returns the component of each point, `[count]`. */
  fitPredict(x: Points, options: FitOptions = {}): Int32Array {
    return this.fit(x, options).predict(x);
  }

  /** The most probable component of each point, `[count]`. */
  predict(x: Points): Int32Array {
    return argMaxRows(this.#posteriors(x).logPosteriors, this.options.nComponents);
  }

  /** The posterior probability of each component, `[count, nComponents]`. */
  predictProba(x: Points): NdArray<"float64"> {
    const shape = [x.shape[0], this.options.nComponents];
    return ndarray("float64", shape, this.#posteriors(x).logPosteriors.map(Math.exp));
  }

  /** The log density of each point, `[count]`. */
  scoreSamples(x: Points): Float64Array {
    return this.#posteriors(x).logLikelihood;
  }

  /** The mean log density of the points. */
  score(x: Points): number {
    return mean(this.scoreSamples(x));
  }

  /**
   * Draws points `[nSamples, features]` and the components they come from `[nSamples]`.
   *
   * @param options `seed` is the mixture's own unless given.
   */
  sample(
    nSamples: number = 1,
    { seed = this.options.seed }: { seed?: number } = {},
  ): { x: NdArray<"float64">; components: Int32Array } {
    if (!Number.isSafeInteger(nSamples) || nSamples < 1) {
      throw new InputError(
        `Cannot sample: nSamples is ${nSamples}, it must be an integer of 1 or more`,
      );
    }
    const random = new Random(seed, "mixture sample");
    const weights = this.weights.data;
    const features = this.means.shape[1];
    const factors = covarianceFactors(this.parameters);
    const x = new Float64Array(nSamples * features);
    const components = Int32Array.from({ length: nSamples }, (_, row) => {
      let rest = random.uniform();
      let component = 0;
      while (component < weights.length - 1 && (rest -= weights[component]) >= 0) component++;
      const factor = factors[component];
      x.set(drawFrom(this.parameters, { factor, component, random }), row * features);
      return component;
    });
    return { x: ndarray("float64", [nSamples, features], x), components };
  }

  /** Akaike's information criterion on the points: lower is better. */
  aic(x: Points): number {
    return -2 * this.score(x) * x.shape[0] + 2 * this.#parameterCount();
  }

  /** The Bayesian information criterion on the points: lower is better. */
  bic(x: Points): number {
    return -2 * this.score(x) * x.shape[0] + this.#parameterCount() * Math.log(x.shape[0]);
  }

  get #fitted(): EmResult {
    if (this.#result === undefined) {
      throw new Error("Cannot read mixture: it is not fitted, a call of fit() is needed");
    }
    return this.#result;
  }

  /** What the user gave, and the rest from responsibilities. */
  #start(rows: Rows, random: Random): MixtureParameters {
    const { covarianceType, nComponents, regCovar, initParams } = this.options;
    const { weightsInit: weights, meansInit: means, precisionsInit } = this.options;
    const precisionsCholesky = precisionsInit &&
      factorsOfPrecisions(covarianceType, precisionsInit);
    const given = {
      ...(weights && { weights }),
      ...(means && { means }),
      ...(precisionsCholesky && {
        precisionsCholesky,
        covariances: covariancesOf(covarianceType, precisionsCholesky),
      }),
    };
    if (weights && means && precisionsCholesky) {
      return { covarianceType, ...given } as MixtureParameters;
    }
    const responsibilities = INITIALIZERS[initParams](rows, nComponents, random);
    const found = mixtureFromResponsibilities(rows, responsibilities, { covarianceType, regCovar });
    return { ...found, ...given };
  }

  #posteriors(x: Points): ReturnType<typeof logPosteriors> {
    const density = densityOf(this.parameters);
    const { x: data, features } = readPoints(x, "apply mixture");
    if (features === density.features) return logPosteriors(data, density);
    throw new InputError(
      `Cannot apply mixture: the data have ${features} features, ${density.features} are needed`,
    );
  }

  #parameterCount(): number {
    const [components, features] = this.means.shape;
    return covarianceParameterCount(this.options.covarianceType, { components, features }) +
      components * features + components - 1;
  }
}
