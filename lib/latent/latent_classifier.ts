import { InputError } from "../input_error.ts";
import { logSumExp } from "../array/linalg.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { posteriors } from "../mixture/expectation.ts";
import { type LatentTransform, transformLatents } from "./latent_transform.ts";
import { densityOf, type MixtureParameters } from "../mixture/parameters.ts";
import type { Points } from "../mixture/rows.ts";

/** One mixture of a {@linkcode LatentClassifier}. */
export interface LatentMember {
  /** Its share of the ensemble; the shares sum to 1. */
  readonly weight: number;
  readonly transform: LatentTransform;
  /** The density of what the transform makes of the latents. */
  readonly mixture: MixtureParameters;
  /** The class of each component, an index into `classes`; `[k]`. */
  readonly componentClass: readonly number[];
}

/** Mixtures on a latent space whose components belong to classes: plain data. */
export interface LatentClassifier {
  /** The user's own labels, ascending. */
  readonly classes: readonly number[];
  /** Their posteriors are averaged; one is enough. */
  readonly members: readonly LatentMember[];
}

/** What {@linkcode classifyLatents} says of each row. */
export interface Classification {
  /** The most probable of the user's labels, `[count]`. */
  readonly labels: Int32Array;
  /** The posterior of each class, averaged over the members, `[count, classes]`. */
  readonly probabilities: NdArray<"float64">;
  /**
   * The log density of the latents, averaged over the members as a density, `[count]`: how
   * ordinary an image is.
   */
  readonly logLikelihood: Float64Array;
}

/**
 * Classifies latents `[count, latentDim]`.
 *
 * @throws {InputError} If the latents do not have the classifier's size, or are not finite.
 */
export function classifyLatents(
  { classes, members }: LatentClassifier,
  latents: Points,
): Classification {
  return combineMembers(members.map((member) => memberPosteriors(member, latents, classes)), {
    classes,
    weights: members.map(({ weight }) => weight),
  });
}

/** What one member says: class posteriors `[count, classes]`, log densities of z `[count]`. */
export interface MemberPosteriors {
  readonly probabilities: Float64Array;
  readonly logLikelihood: Float64Array;
}

/** The class posteriors and the log density of latents under one member. */
export function memberPosteriors(
  { transform, mixture, componentClass }: Omit<LatentMember, "weight">,
  latents: Points,
  classes: readonly number[],
): MemberPosteriors {
  const density = densityOf(mixture);
  if (latents.shape[1] !== density.features) {
    throw new InputError(
      `Cannot classify latents: they have ${latents.shape[1]} axes, ${density.features} are needed`,
    );
  }
  const { u, logDeterminant } = transformLatents(transform, latents);
  const { logLikelihood, responsibilities } = posteriors(u, density);
  const probabilities = new Float64Array(logLikelihood.length * classes.length);
  for (let row = 0; row < logLikelihood.length; row++) {
    logLikelihood[row] += logDeterminant[row];
    for (let c = 0; c < density.components; c++) {
      probabilities[row * classes.length + componentClass[c]] +=
        responsibilities[row * density.components + c];
    }
  }
  return { probabilities, logLikelihood };
}

/** Averages what members say, in the given shares `[members]`. */
export function combineMembers(
  answers: readonly MemberPosteriors[],
  { classes, weights }: { classes: readonly number[]; weights: readonly number[] },
): Classification {
  const count = answers[0].logLikelihood.length;
  const width = classes.length;
  const labels = new Int32Array(count);
  const probabilities = new Float64Array(count * width);
  const logLikelihood = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const shares = probabilities.subarray(row * width, (row + 1) * width);
    answers.forEach((answer, m) => {
      for (let c = 0; c < width; c++) {
        shares[c] += weights[m] * answer.probabilities[row * width + c];
      }
    });
    labels[row] = classes[shares.indexOf(shares.reduce((a, b) => Math.max(a, b)))];
    logLikelihood[row] = logSumExp(
      answers.map((answer, m) => Math.log(weights[m]) + answer.logLikelihood[row]),
    );
  }
  return {
    labels,
    probabilities: ndarray("float64", [count, width], probabilities),
    logLikelihood,
  };
}
