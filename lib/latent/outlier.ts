import { InputError } from "../input_error.ts";

/**
 * The limits beyond which an image is taken for none of the classes: it lies where hardly any
 * training image does, or the model cannot draw it. Either test alone is blind. Noise can land among
 * the training images, and a blurred picture of a strange thing can be reconstructed well.
 */
export interface RefusalLimits {
  /** The share of the training images that each limit refuses. */
  readonly rate: number;
  /** The least log-likelihood of an image's latent mean. */
  readonly logLikelihood: number;
  /** The greatest error of its reconstruction, if those of the training images are known. */
  readonly reconstructionError?: number;
}

/** What is known of one image, or of the training images `[count]`. */
export interface Ordinariness<T> {
  readonly logLikelihood: T;
  /** As `reconstructionErrors()` measures it. */
  readonly reconstructionError?: T | undefined;
}

/** Why an image is refused. */
export type Refusal = "unlikely" | "unlike its reconstruction";

/** Options for {@linkcode refusalLimits}. */
export interface RefusalOptions {
  /** The share of the training images that each limit refuses. @default {0.01} */
  rate?: number;
}

/** The limits that the given share of the training images does not keep. */
export function refusalLimits(
  { logLikelihood, reconstructionError }: Ordinariness<ArrayLike<number>>,
  { rate = 0.01 }: RefusalOptions = {},
): RefusalLimits {
  return {
    rate,
    logLikelihood: quantile(logLikelihood, rate),
    ...reconstructionError === undefined
      ? {}
      : { reconstructionError: quantile(reconstructionError, 1 - rate) },
  };
}

/** Why an image is refused, or `undefined` if it is not. */
export function refusalOf(
  { logLikelihood, reconstructionError }: Ordinariness<number>,
  limits: RefusalLimits,
): Refusal | undefined {
  if (logLikelihood < limits.logLikelihood) return "unlikely";
  if (reconstructionError === undefined || limits.reconstructionError === undefined) return;
  if (reconstructionError > limits.reconstructionError) return "unlike its reconstruction";
}

/**
 * The value below which a share of values lies, interpolated between neighbours (definition 7 of
 * Hyndman and Fan, 1996: numpy's default).
 *
 * @throws {InputError} If there are no values.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) {
    throw new InputError("Cannot find a quantile: there are no values, at least one is needed");
  }
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
