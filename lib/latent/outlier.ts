import { quantile } from "../array/stats.ts";

/**
 * The limits beyond which an image is an outlier: its latent mean is less likely than those of nearly
 * all training images, or its reconstruction is worse. Neither test is enough alone: noise can be
 * encoded among the training images, and a blurred picture of an unknown object can be reconstructed
 * well.
 */
export interface OutlierLimits {
  /** The share of the training images beyond each limit. */
  readonly rate: number;
  /** The least log-likelihood of a latent mean. */
  readonly logLikelihood: number;
  /** The greatest reconstruction error, where those of the training images are known. */
  readonly reconstructionError?: number;
}

/** What is measured of one image, or of the training images `[count]`. */
export interface OutlierMeasures<T> {
  readonly logLikelihood: T;
  /** As `reconstructionErrors()` computes it. */
  readonly reconstructionError?: T | undefined;
}

/** Why an image is an outlier. */
export type OutlierReason =
  | "unlikely"
  | "unlike its reconstruction"
  | "unlike the training images";

/** Options for {@linkcode outlierLimits}. */
export interface OutlierLimitsOptions {
  /** The share of the training images beyond each limit. @default {0.01} */
  rate?: number;
}

/** The limits that the given share of the training images is beyond. */
export function outlierLimits(
  { logLikelihood, reconstructionError }: OutlierMeasures<ArrayLike<number>>,
  { rate = 0.01 }: OutlierLimitsOptions = {},
): OutlierLimits {
  return {
    rate,
    logLikelihood: quantile(logLikelihood, rate),
    ...reconstructionError && { reconstructionError: quantile(reconstructionError, 1 - rate) },
  };
}

/** Why an image is an outlier, or `undefined` if it is none. */
export function outlierReason(
  { logLikelihood, reconstructionError }: OutlierMeasures<number>,
  limits: OutlierLimits,
): OutlierReason | undefined {
  if (logLikelihood < limits.logLikelihood) return "unlikely";
  if (reconstructionError === undefined || limits.reconstructionError === undefined) return;
  if (reconstructionError > limits.reconstructionError) return "unlike its reconstruction";
}
