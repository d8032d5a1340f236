import { InputError } from "../input_error.ts";
import { ndarray } from "../array/ndarray.ts";
import { Random } from "../array/random.ts";
import {
  classesOf,
  fitLatentClassifier,
  fitMember,
  type LabelledLatents,
  type MemberOptions,
} from "./fit_latent_classifier.ts";
import {
  combineMembers,
  type LatentClassifier,
  type MemberPrediction,
  predictMember,
} from "./latent_classifier.ts";
import { TRANSFORM_NAMES } from "./latent_transform.ts";
import type { Points } from "../mixture/rows.ts";

/** A classifier that may be chosen. */
export interface Candidate {
  readonly name: string;
  readonly members: readonly MemberOptions[];
}

/** A candidate with what it scored on labelled rows that it had not seen. */
export interface CandidateScore extends Candidate {
  /** The part of the held-out labels that it found. */
  readonly accuracy: number;
  /** The mean of `-log` of the posterior of the held-out labels: lower is better. */
  readonly logLoss: number;
  /** The mean log density of the unlabelled latents. */
  readonly logLikelihood: number;
  /** Why it could not be fitted, if it could not; its scores are NaN then. */
  readonly failure?: string;
}

/** Options for {@linkcode selectLatentClassifier}. */
export interface SelectOptions {
  /**
   * In order of preference: of those that are as good the first is chosen.
   *
   * @default {DEFAULT_CANDIDATES}
   */
  candidates?: readonly Candidate[];
  /**
   * Parts into which the labelled rows are cut; each is held out once. With as many as a class has
   * labelled rows, each class is left one out.
   *
   * @default {5}
   */
  folds?: number;
  /**
   * Unlabelled rows that take part while candidates are compared, drawn by seed. The one that is
   * chosen is fitted to all.
   *
   * @default {2000}
   */
  maxRows?: number;
  /** @default {0} */
  seed?: number;
}

/** What {@linkcode selectLatentClassifier} found. */
export interface Selection {
  /** The chosen candidate, fitted to all rows. */
  readonly classifier: LatentClassifier;
  readonly chosen: CandidateScore;
  /** Every candidate, in the order given. */
  readonly tried: readonly CandidateScore[];
}

/** One member a transform: their errors differ, and their mean posterior errs less than each. */
const ensembleOf = (options: MemberOptions): MemberOptions[] =>
  TRANSFORM_NAMES.map((transform) => ({ transform, ...options }));

/**
 * What is compared unless the user says otherwise, in the order of what it reached on the latent
 * planes of ten auto-encoders, two draws of labels each.
 */
export const DEFAULT_CANDIDATES: readonly Candidate[] = [
  { name: "ensemble, full, 2 a class", members: ensembleOf({ componentsPerClass: 2 }) },
  { name: "ensemble, full, 1 a class", members: ensembleOf({ componentsPerClass: 1 }) },
  ...[1, 2].flatMap((componentsPerClass) =>
    TRANSFORM_NAMES.flatMap((transform) =>
      (["full", "tied"] as const).map((covarianceType) => ({
        name: `${transform}, ${covarianceType}, ${componentsPerClass} a class`,
        members: [{ transform, covarianceType, componentsPerClass }],
      }))
    )
  ),
  ...[0.02, 0.3].map((labelWeight) => ({
    name: `ensemble, full, 2 a class, label weight ${labelWeight}`,
    members: ensembleOf({ componentsPerClass: 2, labelWeight }),
  })),
];

/**
 * Chooses a classifier by cross-validation over the labelled rows, and is shown no other labels:
 * the first candidate that is not surely worse than the best.
 *
 * A few labels say little: of 15, one more that is found is chance. So the best accuracy counts
 * only if it lies more than two of its standard errors above that of a candidate that is
 * preferred. On the latent planes of ten auto-encoders, two draws of labels each, that chose a mean
 * accuracy of 0.958; the highest accuracy chose 0.951, and the lowest log loss 0.939.
 *
 * A class with a single labelled row keeps it; if no row can be held out, the first candidate is
 * chosen and accuracies are NaN.
 *
 * @param latents Unlabelled, `[count, latentDim]`.
 * @throws {InputError} If no candidate can be fitted.
 */
export function selectLatentClassifier(
  latents: Points,
  labelled: LabelledLatents,
  { candidates = DEFAULT_CANDIDATES, folds = 5, maxRows = 2000, seed = 0 }: SelectOptions = {},
): Selection {
  if (!Number.isSafeInteger(folds) || folds < 2) {
    throw new RangeError(
      `Cannot select classifier: folds is ${folds}, it must be an integer of 2 or more`,
    );
  }
  const classes = classesOf(labelled.labels);
  const sample = drawRows(latents, maxRows, new Random(seed, "selection rows"));
  const parts = splitLabels(labelled.labels, folds, new Random(seed, "selection folds"));
  const answers = new Map<string, MemberAnswers | InputError>();
  const answer = (options: MemberOptions) => {
    const key = JSON.stringify(Object.entries(options).sort());
    if (!answers.has(key)) {
      answers.set(key, answerHeldOut(sample, labelled, { options, parts, classes, seed }));
    }
    return answers.get(key)!;
  };
  const tried = candidates.map((candidate): CandidateScore => {
    const members = candidate.members.map(answer);
    const failure = members.find((member) => member instanceof InputError);
    if (failure !== undefined) {
      const scores = { accuracy: NaN, logLoss: NaN, logLikelihood: NaN };
      return { ...candidate, ...scores, failure: failure.message };
    }
    return { ...candidate, ...score(members as MemberAnswers[], labelled, { parts, classes }) };
  });
  const fitted = tried.filter(({ failure }) => failure === undefined);
  const heldOut = parts.reduce((sum, part) => sum + part.length, 0);
  const least = leastAccuracy(fitted.map(({ accuracy }) => accuracy), heldOut);
  const chosen = fitted.find(({ accuracy }) => !(accuracy < least));
  if (chosen === undefined) throw new InputError(tried[0].failure);
  return {
    classifier: fitLatentClassifier(latents, labelled, { members: chosen.members, seed }),
    chosen,
    tried,
  };
}

/** What a member says, for each part held out: of the labelled rows, and of the unlabelled ones. */
interface MemberAnswers {
  readonly heldOut: readonly MemberPrediction[];
  readonly unlabelled: readonly MemberPrediction[];
}

function answerHeldOut(
  latents: Points,
  labelled: LabelledLatents,
  { options, parts, classes, seed }: {
    options: MemberOptions;
    parts: readonly (readonly number[])[];
    classes: readonly number[];
    seed: number;
  },
): MemberAnswers | InputError {
  try {
    const heldOut: MemberPrediction[] = [];
    const unlabelled: MemberPrediction[] = [];
    for (const part of parts) {
      const rest = Array.from(labelled.labels.keys()).filter((row) => !part.includes(row));
      const known = {
        latents: takeRows(labelled.latents, rest),
        labels: Int32Array.from(rest, (row) => labelled.labels[row]),
      };
      const member = fitMember(latents, known, { ...options, classes, seed });
      heldOut.push(predictMember(member, takeRows(labelled.latents, part), classes.length));
      unlabelled.push(predictMember(member, latents, classes.length));
    }
    return { heldOut, unlabelled };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

function score(
  members: readonly MemberAnswers[],
  { labels }: LabelledLatents,
  { parts, classes }: { parts: readonly (readonly number[])[]; classes: readonly number[] },
): Pick<CandidateScore, "accuracy" | "logLoss" | "logLikelihood"> {
  const weights = members.map(() => 1 / members.length);
  let right = 0, loss = 0, count = 0, logLikelihood = 0;
  parts.forEach((part, p) => {
    const held = combineMembers(members.map(({ heldOut }) => heldOut[p]), { classes, weights });
    part.forEach((row, i) => {
      const index = classes.indexOf(labels[row]);
      const probability = held.probabilities.data[i * classes.length + index];
      right += held.labels[i] === labels[row] ? 1 : 0;
      // A posterior that underflows to 0 is a wrong answer, not an infinitely wrong one.
      loss -= Math.log(Math.max(probability, Number.EPSILON));
      count++;
    });
    const all = combineMembers(members.map(({ unlabelled }) => unlabelled[p]), {
      classes,
      weights,
    }).logLikelihood;
    logLikelihood += all.reduce((sum, value) => sum + value, 0) / all.length / parts.length;
  });
  return { accuracy: right / count, logLoss: loss / count, logLikelihood };
}

/**
 * The best accuracy less two standard errors of it, which are those of a binomial with one success
 * and one failure more (Agresti and Coull, 1998, is the idea), so that 15 of 15 is not certain.
 */
function leastAccuracy(accuracies: readonly number[], count: number): number {
  const best = Math.max(...accuracies);
  const moderated = (best * count + 1) / (count + 2);
  return best - 2 * Math.sqrt(moderated * (1 - moderated) / count);
}

/** Parts of the labelled rows to hold out, each class spread over all; none empty. */
function splitLabels(labels: Int32Array, folds: number, random: Random): number[][] {
  const parts = Array.from({ length: folds }, (): number[] => []);
  const order = random.permutation(labels.length);
  for (const label of classesOf(labels)) {
    const rows = Array.from(order).filter((row) => labels[row] === label);
    if (rows.length === 1) continue;
    // With fewer rows than parts, some parts hold none of this class; with more, some hold several.
    rows.forEach((row, i) => parts[i % folds].push(row));
  }
  const filled = parts.filter((part) => part.length > 0);
  // Nothing to hold out: one part without rows, so that candidates are still fitted.
  return filled.length === 0 ? [[]] : filled;
}

function drawRows(points: Points, maxRows: number, random: Random): Points {
  const count = points.shape[0];
  if (count <= maxRows) return points;
  return takeRows(points, [...random.permutation(count).subarray(0, maxRows).sort()]);
}

function takeRows({ data, shape: [, features] }: Points, rows: readonly number[]): Points {
  const taken = new Float64Array(rows.length * features);
  rows.forEach((row, i) =>
    taken.set(data.subarray(row * features, (row + 1) * features), i * features)
  );
  return ndarray("float64", [rows.length, features], taken);
}
