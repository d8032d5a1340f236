import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import { argMaxRows, mean } from "../array/stats.ts";
import { covarianceParameterCount, precisionsOf } from "./covariance.ts";
import { logPosteriors } from "./expectation.ts";
import { type EmResult, maximizeLikelihood } from "./expectation_maximization.ts";
import { mixtureFromJson, type MixtureJson, mixtureToJson } from "./mixture_json.ts";
import {
  checkMixtureOptions,
  type FitOptions,
  type GaussianMixtureOptions,
  type ResolvedOptions,
  withDefaults,
} from "./mixture_options.ts";
import { densityOf, drawSamples, type MixtureParameters } from "./parameters.ts";
import { type Points, readPoints, rowWarnings, weightedRows } from "./rows.ts";
import { startMixture } from "./start.ts";
import { finish, finishInTurns, type Steps } from "./steps.ts";

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
  #options: Readonly<ResolvedOptions>;
  /** What the last fit should be doubted for, a sentence each. */
  warnings: readonly string[] = [];
  #result: EmResult | undefined;

  constructor(options: GaussianMixtureOptions = {}) {
    this.#options = withDefaults(options);
  }

  /**
   * A mixture of what {@linkcode GaussianMixture.toJSON} gave, fitted if that was.
   *
   * @throws {InputError} If it is something else.
   */
  static fromJSON(json: unknown): GaussianMixture {
    const { options, result } = mixtureFromJson(json);
    const mixture = new GaussianMixture(options);
    mixture.#result = result;
    return mixture;
  }

  /** Every option, with its default where it was not given. */
  get options(): Readonly<ResolvedOptions> {
    return this.#options;
  }

  /** The options as an object of their own, for another mixture like it. */
  getParams(): ResolvedOptions {
    return { ...this.#options };
  }

  /**
   * Changes options; what was fitted stays until the next fit.
   *
   * @throws {InputError} If there is no option of that name.
   */
  setParams(options: GaussianMixtureOptions): this {
    this.#options = withDefaults({ ...this.#options, ...options });
    return this;
  }

  /** Options and fitted values, for `JSON.stringify`. */
  toJSON(): MixtureJson {
    return mixtureToJson(this.#options, this.#result);
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
    return precisionsOf(this.parameters.covarianceType, this.precisionsCholesky);
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
  fit(x: Points, options: FitOptions = {}): this {
    return finish(this.#fitSteps(x, options));
  }

  /**
   * Fits as {@linkcode GaussianMixture.fit} does, and lets timers and events have their turn.
   *
   * @throws The reason of `signal`, if that is aborted; the mixture stays as it was.
   */
  async fitInTurns(
    x: Points,
    { signal, ...options }: FitOptions & { signal?: AbortSignal } = {},
  ): Promise<this> {
    return await finishInTurns(this.#fitSteps(x, options), { signal });
  }

  *#fitSteps(x: Points, { sampleWeight, threads = 0 }: FitOptions): Steps<this> {
    const rows = weightedRows(x, { sampleWeight });
    checkMixtureOptions(this.options, rows.features);
    const { nComponents, nInit, seed } = this.options;
    const random = new Random(seed, "mixture");
    let best: EmResult | undefined;
    for (let init = 0; init < nInit; init++) {
      const start = startMixture(rows, this.#options, random);
      const result = yield* maximizeLikelihood({ rows }, start, { ...this.options, threads });
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
    return argMaxRows(this.#posteriors(x).logPosteriors, this.weights.data.length);
  }

  /** The posterior probability of each component, `[count, nComponents]`. */
  predictProba(x: Points): NdArray<"float64"> {
    const shape = [x.shape[0], this.weights.data.length];
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
    return drawSamples(this.parameters, nSamples, new Random(seed, "mixture sample"));
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
    return covarianceParameterCount(this.parameters.covarianceType, { components, features }) +
      components * features + components - 1;
  }
}
