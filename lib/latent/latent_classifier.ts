import { InputError } from "../input_error.ts";
import { logSumExp } from "../array/linalg.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { argMaxRows } from "../array/stats.ts";
import { logPosteriors as posteriorsOfComponents } from "../mixture/expectation.ts";
import { type LatentTransform, transformLatents } from "./latent_transform.ts";
import { type Density, densityOf, type MixtureParameters } from "../mixture/parameters.ts";
import type { Points } from "../mixture/rows.ts";

/** One mixture of a {@linkcode LatentClassifier}. */
export interface LatentMember {
  /** Its weight in the ensemble; the weights sum to 1. */
  readonly weight: number;
  readonly transform: LatentTransform;
  /** The density of the transformed latents. */
  readonly mixture: MixtureParameters;
  /** The class of each component, an index into `classes`; `[k]`. */
  readonly componentClass: readonly number[];
}

/** Mixtures on a latent space whose components belong to classes, as plain data. */
export interface LatentClassifier {
  /** The user's own labels, ascending. */
  readonly classes: readonly number[];
  /** One or more; their posteriors are averaged. */
  readonly members: readonly LatentMember[];
}

/** What {@linkcode classifyLatents} predicts. */
export interface Classification {
  /** The most probable of the user's labels, `[count]`. */
  readonly labels: Int32Array;
  /** The posterior of each class, averaged over the members, `[count, classes]`. */
  readonly probabilities: NdArray<"float64">;
  /**
   * The log of the mean density of each latent over the members, `[count]`: low for outliers.
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
  return combineMembers(members.map((member) => predictMember(member, latents, classes.length)), {
    classes,
    weights: members.map(({ weight }) => weight),
  });
}

/** What one member predicts. */
export interface MemberPrediction {
  /** The log of the posterior probability of each class, `[count, classes]`. */
  readonly logPosteriors: Float64Array;
  /** The log density of each latent, `[count]`. */
  readonly logLikelihood: Float64Array;
}

/**
 * What one member predicts for latents `[count, latentDim]`.
 *
 * @throws {InputError} As {@linkcode classifyLatents} does.
 */
export function predictMember(
  { transform, mixture, componentClass }: Omit<LatentMember, "weight">,
  latents: Points,
  classCount: number,
): MemberPrediction {
  const density = densityOf(mixture);
  if (latents.shape[1] !== density.features) {
    throw new InputError(
      `Cannot classify latents: they have ${latents.shape[1]} axes, ${density.features} are needed`,
    );
  }
  const { u, logDeterminant } = transformLatents(transform, latents);
  const prediction = classLogPosteriors(u, density, { componentClass, classCount });
  logDeterminant.forEach((value, row) => prediction.logLikelihood[row] += value);
  return prediction;
}

/**
 * The class posteriors of points of a mixture whose components belong to classes.
 *
 * @param x Row-major `[count, density.features]`.
 * @param options `componentClass` is the class of each component, `[k]`.
 */
export function classLogPosteriors(
  x: Float64Array,
  density: Density,
  { componentClass, classCount }: { componentClass: readonly number[]; classCount: number },
): MemberPrediction {
  const { logLikelihood, logPosteriors } = posteriorsOfComponents(x, density);
  const k = componentClass.length;
  const components = Array.from(
    { length: classCount },
    (_, index) => Array.from(componentClass.keys()).filter((c) => componentClass[c] === index),
  );
  const classes = new Float64Array(logLikelihood.length * classCount);
  components.forEach((own, index) => {
    const values = new Float64Array(own.length);
    for (let row = 0; row < logLikelihood.length; row++) {
      for (let i = 0; i < own.length; i++) values[i] = logPosteriors[row * k + own[i]];
      classes[row * classCount + index] = values.length === 1 ? values[0] : logSumExp(values);
    }
  });
  return { logLikelihood, logPosteriors: classes };
}

/** The log density of each row under members with the given weights. */
function mixedLikelihood(
  predictions: readonly MemberPrediction[],
  weights: readonly number[],
): Float64Array {
  const logWeights = weights.map(Math.log);
  const values = new Float64Array(predictions.length);
  return predictions[0].logLikelihood.map((_, row) => {
    for (let m = 0; m < values.length; m++) {
      values[m] = logWeights[m] + predictions[m].logLikelihood[row];
    }
    return logSumExp(values);
  });
}

/**
 * Mean posteriors that differ by less are a tie: members that contradict each other with certainty
 * have posteriors of 0 and 1, and the rounding of their mean would decide.
 */
export const TIE = 1e-5;

/**
 * Averages the posteriors of members with the given weights `[members]`. The label is the class of
 * the greatest mean; of classes that tie, the one with the greatest mean of log posteriors.
 */
export function combineMembers(
  predictions: readonly MemberPrediction[],
  { classes, weights }: { classes: readonly number[]; weights: readonly number[] },
): Classification {
  const count = predictions[0].logLikelihood.length;
  const width = classes.length;
  const probabilities = new Float64Array(count * width);
  const meanLogs = new Float64Array(count * width);
  predictions.forEach(({ logPosteriors }, m) => {
    for (let i = 0; i < logPosteriors.length; i++) {
      probabilities[i] += weights[m] * Math.exp(logPosteriors[i]);
      meanLogs[i] += weights[m] * logPosteriors[i];
    }
  });
  for (let start = 0; start < meanLogs.length; start += width) {
    let greatest = 0;
    for (let i = start; i < start + width; i++) greatest = Math.max(greatest, probabilities[i]);
    for (let i = start; i < start + width; i++) {
      if (probabilities[i] < greatest - TIE) meanLogs[i] = -Infinity;
    }
  }
  return {
    labels: argMaxRows(meanLogs, width).map((index) => classes[index]),
    probabilities: ndarray("float64", [count, width], probabilities),
    logLikelihood: mixedLikelihood(predictions, weights),
  };
}
