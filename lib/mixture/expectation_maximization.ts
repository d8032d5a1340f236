import { InputError } from "../input_error.ts";
import { collapsed, COVARIANCE_FORMS, type CovarianceType } from "./covariance.ts";
import { type HeldRows, sumResponsibilities } from "./expectation.ts";
import { Expectation } from "./expectation_threads.ts";
import {
  densityOf,
  mixtureFromMoments,
  type MixtureParameters,
  type Moments,
} from "./parameters.ts";
import type { Rows } from "./rows.ts";
import type { Statistics } from "./statistics.ts";
import type { Steps } from "./steps.ts";

/** The stopping rule and the regularization of EM. */
export interface EmOptions {
  /** Stop when the bound changes by less than this. */
  tol: number;
  /** Added to every variance. */
  regCovar: number;
  /** Stop after so many iterations. */
  maxIter: number;
  /** The most threads that share the rows; the result is the same. 0 for all. @default {0} */
  threads?: number;
}

/** The result of EM, with its course. */
export interface EmResult {
  readonly parameters: MixtureParameters;
  readonly converged: boolean;
  readonly nIter: number;
  /** The mean log-likelihood of the rows at the start of each iteration, `[nIter]`. */
  readonly lowerBounds: readonly number[];
}

/**
 * Expectation-maximization from a given start (Dempster, Laird and Rubin, 1977), an iteration a
 * step. With `regCovar: 0` the bound never decreases; a `regCovar` above 0 moves each M step a little
 * off the maximum, and the bound may decrease as little.
 *
 * @throws {InputError} If a component collapses.
 */
export function* maximizeLikelihood(
  data: HeldRows,
  start: MixtureParameters,
  { tol, regCovar, maxIter, threads = 0 }: EmOptions,
): Steps<EmResult> {
  const totalWeight = data.rows.weights.reduce((sum, weight) => sum + weight, 0);
  const lowerBounds: number[] = [];
  let parameters = start;
  let converged = false;
  const expectation = new Expectation(data, densityOf(start), { threads });
  try {
    while (!converged && lowerBounds.length < maxIter) {
      const density = densityOf(parameters);
      const statistics = expectation.of(density);
      const bound = statistics.logLikelihood / totalWeight;
      if (!Number.isFinite(bound)) {
        throw new InputError(
          `Cannot fit mixture: the log-likelihood is ${bound} after ${lowerBounds.length} ` +
            "iterations, data of a smaller scale are needed",
        );
      }
      const moments = centreMoments(statistics, (shift) => expectation.of(density, shift));
      parameters = mixtureFromMoments(moments, {
        covarianceType: start.covarianceType,
        regCovar,
      });
      converged = Math.abs(bound - (lowerBounds.at(-1) ?? -Infinity)) < tol;
      lowerBounds.push(bound);
      yield;
    }
  } finally {
    expectation.close();
  }
  return { parameters, converged, nIter: lowerBounds.length, lowerBounds };
}

/**
 * The moments of rows that are shared out among components.
 *
 * @param responsibilities `[rows.count, k]`.
 * @param options `matrix` asks for whole scatter matrices, not their diagonals alone.
 * @throws {InputError} If a component holds no weight.
 */
export function momentsOf(
  rows: Rows,
  responsibilities: Float64Array,
  { matrix }: { matrix: boolean },
): Moments {
  const again = (shift: Float64Array) =>
    sumResponsibilities(rows, responsibilities, { shift, matrix });
  const components = responsibilities.length / rows.count;
  const means = shiftedMeans(again(new Float64Array(components * rows.features)));
  return centreMoments(again(means), again);
}

/**
 * The mixture that fits given responsibilities `[rows.count, k]` best.
 *
 * @throws {InputError} If a component holds no weight or has no extent.
 */
export function mixtureFromResponsibilities(
  rows: Rows,
  responsibilities: Float64Array,
  options: { covarianceType: CovarianceType; regCovar: number },
): MixtureParameters {
  const { matrix } = COVARIANCE_FORMS[options.covarianceType];
  return mixtureFromMoments(momentsOf(rows, responsibilities, { matrix }), options);
}

/** Digits lost when a scatter is moved to the new means: more than six ask for new sums. */
const CANCELLATION = 1e6;

/** Moments from sums. `again` sums anew about means that the shift was too far from. */
function centreMoments(
  statistics: Statistics,
  again: (shift: Float64Array) => Statistics,
): Moments {
  const means = shiftedMeans(statistics);
  let centred = centreScatter(statistics);
  if (centred.cancellation > CANCELLATION) centred = centreScatter(again(means));
  return { mass: statistics.mass, means, scatter: centred.scatter };
}

/** The means `shift + Σ r (x - shift) / Σ r`, `[k, d]`. */
function shiftedMeans({ mass, first, shift }: Statistics): Float64Array {
  const features = first.length / mass.length;
  const empty = mass.findIndex((value) => !(value > 0));
  if (empty >= 0) throw collapsed(`component ${empty}`, "holds no data");
  return first.map((sum, i) => shift[i] + sum / mass[Math.floor(i / features)]);
}

/** The scatter about the means, and how much larger the scatter about the shift was. */
function centreScatter(
  { mass, first, second }: Statistics,
): { scatter: Float64Array; cancellation: number } {
  const components = mass.length;
  const features = first.length / components;
  const width = second.length / components;
  const scatter = second.slice();
  let cancellation = 0;
  for (let c = 0; c < components; c++) {
    const sums = first.subarray(c * features, (c + 1) * features);
    for (let i = 0; i < features; i++) {
      const diagonal = c * width + (width > features ? i * features + i : i);
      for (let j = 0; width > features && j < i; j++) {
        scatter[c * width + i * features + j] -= sums[i] * sums[j] / mass[c];
      }
      const moved = sums[i] * sums[i] / mass[c];
      scatter[diagonal] -= moved;
      if (moved > 0) cancellation = Math.max(cancellation, moved / Math.max(scatter[diagonal], 0));
    }
  }
  return { scatter, cancellation };
}
