import { InputError } from "../input_error.ts";
import type { Random } from "../array/random.ts";
import { covariancesOf, factorsOfPrecisions } from "./covariance.ts";
import { mixtureFromResponsibilities } from "./expectation_maximization.ts";
import { INITIALIZERS } from "./initialize.ts";
import type { ResolvedOptions } from "./mixture_options.ts";
import type { MixtureParameters } from "./parameters.ts";
import type { Rows } from "./rows.ts";

/**
 * The mixture that EM starts from: what the user gave, and the rest from responsibilities.
 *
 * @throws {InputError} If there are fewer rows than components, or than two.
 */
export function startMixture(
  rows: Rows,
  { covarianceType, nComponents, regCovar, initParams, ...starts }: ResolvedOptions,
  random: Random,
): MixtureParameters {
  if (rows.count < Math.max(nComponents, 2)) {
    throw new InputError(
      `Cannot fit mixture: there are ${rows.count} rows of weight above 0, ` +
        `at least ${Math.max(nComponents, 2)} are needed for nComponents ${nComponents}`,
    );
  }
  const { weightsInit: weights, meansInit: means, precisionsInit } = starts;
  const precisionsCholesky = precisionsInit && factorsOfPrecisions(covarianceType, precisionsInit);
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
