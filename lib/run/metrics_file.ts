import { z } from "zod";
import { InputError } from "../input_error.ts";
import { TRANSFORM_NAMES } from "../latent/latent_transform.ts";
import { COVARIANCE_TYPES } from "../mixture/covariance.ts";
import { type Run, RUN_FILES } from "./run_folder.ts";

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
/** JSON has no NaN: what could not be computed is null. */
const numberOrNull = z.number().nullable();

const scores = { precision: share, recall: share, f1: share };

const confusionMatrix = z.strictObject({
  /** The labels of rows and columns, ascending. */
  classes: z.array(z.int()).min(1).readonly(),
  /** `counts[i][j]`: images of class `classes[i]` that are predicted as `classes[j]`. */
  counts: z.array(z.array(count).readonly()).readonly(),
}).refine(
  ({ classes, counts }) =>
    counts.length === classes.length && counts.every((row) => row.length === classes.length),
  "there is not one row and one column for each class",
);

const classification = z.strictObject({
  accuracy: share,
  /** The mean of the macro and the micro F1. */
  meanF1: share,
  /** The plain mean over classes. */
  macro: z.strictObject(scores),
  /** Over the counts of all classes together. */
  micro: z.strictObject(scores),
  perClass: z.array(z.strictObject({ label: z.int(), support: count, ...scores })).readonly(),
  confusionMatrix,
  /** How the probabilities compare with the share of correct predictions. */
  calibration: z.strictObject({
    bins: z.array(z.strictObject({
      from: share,
      to: share,
      count,
      /** The mean probability of the predicted class. */
      confidence: share,
      accuracy: share,
      /** The 95 % interval of the accuracy. */
      interval: z.tuple([share, share]),
    })),
    expectedCalibrationError: share,
  }).optional(),
  /** (macro + micro) / 2 F1 over several samples of the labelled images. */
  labelSamples: z.strictObject({
    count: z.int().positive(),
    mean: share,
    /** With n - 1. */
    standardDeviation: z.number().nonnegative(),
    worst: share,
  }).optional(),
  /** Classifiers of raw pixels, with the same labels and scored on the same images. */
  baselines: z.array(z.strictObject({ name: z.string(), accuracy: share, meanF1: share }))
    .optional(),
}).refine(
  ({ perClass, confusionMatrix: { classes } }) =>
    String(perClass.map(({ label }) => label)) === String(classes),
  "perClass and confusionMatrix have other classes",
);

const histogram = z.strictObject({
  edges: z.array(z.number()).min(2),
  /** The share of each set of images in each bin. */
  shares: z.array(z.array(share)).min(1),
}).refine(
  ({ edges, shares }) => shares.every(({ length }) => length === edges.length - 1),
  "there is not one share for each bin",
);

const known = {
  /** The images that the scores were computed on. */
  scored: z.strictObject({
    count,
    /** Which images these are, in words. */
    split: z.string(),
    /** How each was predicted, where it was by cross-validation: a part of a sentence. */
    crossValidated: z.string().optional(),
  }).optional(),
  classification: classification.optional(),
  reconstruction: z.strictObject({
    /** Pixels in [0, 1]. */
    meanSquaredError: z.number().nonnegative(),
    /** The mean over images, 7x7 uniform window; null for images smaller than the window. */
    structuralSimilarity: z.number().min(-1).max(1).nullable(),
  }).optional(),
  /** The classifiers that were compared on the labelled images, in order of preference. */
  selection: z.strictObject({
    /** The name of the chosen one. */
    chosen: z.string(),
    candidates: z.array(z.strictObject({
      name: z.string(),
      accuracy: numberOrNull,
      logLoss: numberOrNull,
      logLikelihood: numberOrNull,
      failure: z.string().optional(),
    })),
  }).optional(),
  mixture: z.strictObject({
    /** The mean log density of the training images' latent means, in nats. */
    logLikelihood: z.number(),
    /** Mixtures fitted to the same latent means without labels, by size and covariance type. */
    compared: z.strictObject({
      transform: z.enum(TRANSFORM_NAMES),
      rows: count,
      fits: z.array(z.strictObject({
        components: z.int().positive(),
        covarianceType: z.enum(COVARIANCE_TYPES),
        bic: numberOrNull,
        lowerBound: numberOrNull,
      })),
    }),
  }).optional(),
  /** Which of the scored images are unlike the training images, as `classifier.onnx` says. */
  outliers: z.strictObject({
    /** The share of the held-out training images that are outliers. */
    rate: share,
    /** The share of the scored images that are. */
    share,
    /** The accuracy on the scored images that are none; null where all are outliers. */
    accuracyOfOthers: share.nullable(),
    /** The outlier scores of the scored images. */
    histogram,
  }).optional(),
};

const schema = z.looseObject(known).superRefine((metrics, context) => {
  for (const [name, value] of Object.entries(metrics)) {
    if (!Object.hasOwn(known, name) && !Number.isFinite(value)) {
      context.addIssue({ code: "custom", path: [name], message: "it is no number" });
    }
  }
});

/** The content of `metrics.json`: known metrics, and numbers under any other name. */
export type RunMetrics = z.infer<typeof schema>;

/**
 * The text of `metrics.json`.
 *
 * @throws {InputError} If a value is out of its range.
 */
export function formatMetrics(metrics: RunMetrics): string {
  return `${JSON.stringify(check(metrics, "write metrics"), null, 2)}\n`;
}

/**
 * Reads `metrics.json`.
 *
 * @throws {InputError} If it is missing, or a value is out of its range.
 */
export async function readMetrics(run: Run): Promise<RunMetrics> {
  const path = `${run.dir}/${RUN_FILES.metrics}`;
  const text = new TextDecoder().decode(await run.read(RUN_FILES.metrics));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(
      `Cannot read "${path}": it is not JSON, the file that train wrote is needed`,
    );
  }
  return check(json, `read "${path}"`);
}

function check(metrics: unknown, action: string): RunMetrics {
  const result = schema.safeParse(metrics);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new InputError(`Cannot ${action}: it has a fault at "${path.join(".")}" (${message})`);
}
