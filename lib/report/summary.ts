import { z } from "zod";
import { InputError } from "../input_error.ts";
import { COVARIANCE_TYPES } from "../mixture/covariance.ts";
import { TRANSFORM_NAMES } from "../latent/latent_transform.ts";

/** JSON has no NaN: what could not be computed is null. */
const score = z.number().nullable();

const share = z.number().min(0).max(1);

const histogram = z.strictObject({
  edges: z.array(z.number()).min(2),
  shares: z.array(z.array(z.number())).min(1),
});

const SCHEMA = z.strictObject({
  /** The words of the command that made the run. */
  command: z.array(z.string()),
  /** What took the training steps, and on what. */
  engine: z.string(),
  /** Whether training ended before the epochs that were asked for. */
  stoppedEarly: z.boolean(),
  /** How many images there were in each role; `test` is null where there was none. */
  images: z.strictObject({
    trained: z.int(),
    heldOut: z.int(),
    labelled: z.int(),
    test: z.int().nullable(),
  }),
  layers: z.array(z.strictObject({
    network: z.string(),
    layer: z.string(),
    type: z.string(),
    outputShape: z.array(z.number()),
    parameters: z.int(),
  })),
  /** The classifiers that were compared by the labelled images, in order of preference. */
  candidates: z.array(z.strictObject({
    name: z.string(),
    accuracy: score,
    logLoss: score,
    logLikelihood: score,
    failure: z.string().optional(),
  })),
  /** The name of the one that was taken. */
  chosen: z.string(),
  /** Plain mixtures of the same latents, without labels, by size and shape. */
  mixtures: z.strictObject({
    transform: z.enum(TRANSFORM_NAMES),
    rows: z.int(),
    fits: z.array(z.strictObject({
      components: z.int(),
      covarianceType: z.enum(COVARIANCE_TYPES),
      bic: score,
      lowerBound: score,
    })),
  }),
  /** The mean log density of the training images' latent means, in nats. */
  logLikelihood: z.number(),
  /** How the classifier's probabilities compare with its answers on the scored images. */
  calibration: z.strictObject({
    bins: z.array(z.strictObject({
      from: share,
      to: share,
      count: z.int(),
      confidence: share,
      accuracy: share,
      interval: z.tuple([share, share]),
    })),
    expectedCalibrationError: z.number(),
  }),
  /** The limits beyond which an image is taken for none of the classes. */
  refusal: z.strictObject({
    rate: z.number(),
    logLikelihood: z.number(),
    reconstructionError: z.number(),
    /** The share of the scored images that are refused. */
    refused: share,
    /** The share of the scored images that are kept and right, of those that are kept. */
    accuracyOfKept: score,
  }),
  /** Of the training images, then of the scored ones. */
  histograms: z.strictObject({ logLikelihood: histogram, reconstructionError: histogram }),
});

/** What a report says that no other file of a run does. */
export type Summary = z.infer<typeof SCHEMA>;

/** The text of `summary.json`. */
export function formatSummary(summary: Summary): string {
  return `${JSON.stringify(SCHEMA.parse(summary), null, 1)}\n`;
}

/**
 * Reads what {@linkcode formatSummary} wrote.
 *
 * @param path Names the file in messages.
 * @throws {InputError} If it is something else.
 */
export function parseSummary(text: string, path: string): Summary {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(
      `Cannot read "${path}": it is no JSON, the file that train wrote is needed`,
    );
  }
  const result = SCHEMA.safeParse(json);
  if (result.success) return result.data;
  const [{ path: where, message }] = result.error.issues;
  throw new InputError(
    `Cannot read "${path}": it has a fault at "${
      where.join(".")
    }" (${message}), the file that train wrote is needed`,
  );
}
