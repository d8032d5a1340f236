import { Random } from "../array/random.ts";
import { take } from "../array/rows.ts";
import { classesOf } from "../data/sample.ts";
import { InputError } from "../input_error.ts";
import { checkConstraints, isIntegerFrom } from "../constraints.ts";
import { type Points, readPoints } from "../mixture/rows.ts";
import { finishInTurns, type Steps } from "../mixture/steps.ts";
import { type Candidate, DEFAULT_CANDIDATES, estimableCandidates } from "./candidates.ts";
import { fitMembers, type LabelledLatents } from "./fit_latent_classifier.ts";
import { classifyLatents, combineMembers, type LatentClassifier } from "./latent_classifier.ts";
import { type HeldOut, heldOutOf, type HeldOutPredictions, predictHeldOut } from "./held_out.ts";
import { splitLabels } from "./label_folds.ts";
import type { MemberOptions } from "./member_options.ts";
import { selectionWarnings } from "./selection_warnings.ts";

/** A candidate with its scores on labelled rows that were held out of its fits. */
export interface CandidateScore extends Candidate {
  /** The share of held-out rows that are classified rightly. */
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
   * In order of preference: of those that score alike the first is chosen. Matrices with too many
   * numbers for the rows give way to diagonals. @default {DEFAULT_CANDIDATES}
   */
  candidates?: readonly Candidate[];
  /**
   * Parts of the labelled rows; each is held out once. With as many as a class has labelled rows,
   * one of each class is held out at a time. @default {5}
   */
  folds?: number;
  /**
   * The most unlabelled rows for comparing candidates, sampled by seed. The chosen one is fitted to
   * all rows. @default {2000, and fewer of more than 16 axes}
   */
  maxRows?: number;
  /** The names of the labels, for warnings. @default {undefined} */
  classNames?: readonly string[] | undefined;
  /** @default {0} */
  seed?: number;
  /**
   * Called with the number of candidates done and of all, the final fit being the last.
   * @default {() => {}}
   */
  onProgress?: (done: number, total: number) => void;
  /** Stops the selection. */
  signal?: AbortSignal;
}

/** The result of {@linkcode selectLatentClassifier}. */
export interface Selection {
  /** The chosen candidate, fitted to all rows. */
  readonly classifier: LatentClassifier;
  readonly chosen: CandidateScore;
  /** The candidates that were compared, in their order: up to one that no other can beat. */
  readonly tried: readonly CandidateScore[];
  /** Cross-validated predictions of the chosen candidate; no rows if none could be held out. */
  readonly heldOut: HeldOut;
  /** What speaks against trusting the classifier, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Chooses a classifier by cross-validation over the labelled rows: the first candidate that is not
 * significantly worse than the best.
 *
 * A few labels say little: of 15, one more that is right is chance. So the best accuracy counts only
 * if it lies more than two of its standard errors above that of a candidate that is preferred. On
 * the latent planes of ten auto-encoders, two samples of labels each, the candidates so chosen have a
 * mean accuracy of 0.958; those of the highest accuracy 0.951, of the lowest log loss 0.939.
 *
 * Candidates after one that even a perfect one would not significantly beat are not tried.
 *
 * A class with a single labelled row keeps it; if no row can be held out, the first candidate is
 * chosen and accuracies are NaN. The work takes turns with timers and signals.
 *
 * @param latents Unlabelled, `[count, latentDim]`.
 * @throws {InputError} If no candidate can be fitted.
 * @throws The reason of `signal`, once it is aborted.
 */
export async function selectLatentClassifier(
  latents: Points,
  labelled: LabelledLatents,
  options: SelectOptions = {},
): Promise<Selection> {
  return await finishInTurns(selectMembers(latents, labelled, options), options);
}

/** Numbers of the rows for comparing candidates: at 64 axes, more would take most of a minute. */
const MAX_NUMBERS = 32_000;

function* selectMembers(
  latents: Points,
  labelled: LabelledLatents,
  options: SelectOptions,
): Steps<Selection> {
  const { candidates = DEFAULT_CANDIDATES, folds = 5, seed = 0 } = options;
  const { maxRows = Math.min(2000, Math.floor(MAX_NUMBERS / latents.shape[1])) } = options;
  const { classNames, onProgress = () => {} } = options;
  checkConstraints({ folds, maxRows, candidates: candidates.length }, [
    ["folds", "an integer of 2 or more", isIntegerFrom(2)],
    ["maxRows", "an integer of 1 or more", isIntegerFrom(1)],
    ["candidates", "an integer of 1 or more", isIntegerFrom(1)],
  ], "select classifier");
  readPoints(latents, "select classifier");
  const classes = classesOf(labelled.labels);
  const sample = sampleRows(latents, maxRows, new Random(seed, "selection rows"));
  const parts = splitLabels(labelled.labels, folds, new Random(seed, "selection folds"));
  const [rows, features] = sample.shape;
  const compared = estimableCandidates(candidates, { rows, classes: classes.length, features });
  const heldOut = parts.reduce((sum, part) => sum + part.length, 0);
  const total = compared.length + 1;
  const predictions = new Map<string, HeldOutPredictions | InputError>();
  const tried: CandidateScore[] = [];
  for (const candidate of compared) {
    onProgress(tried.length, total);
    for (const member of candidate.members) {
      const key = keyOf(member);
      if (!predictions.has(key)) {
        const fold = { options: member, parts, classes, seed };
        predictions.set(key, yield* predictHeldOut(sample, labelled, fold));
      }
    }
    const members = candidate.members.map((member) => predictions.get(keyOf(member))!);
    tried.push({ ...candidate, ...score(members, labelled, { parts, classes }) });
    const { accuracy, failure } = tried.at(-1)!;
    if (failure === undefined && !(accuracy < leastAccuracy([1], heldOut))) break;
  }
  const fitted = tried.filter(({ failure }) => failure === undefined);
  const least = leastAccuracy(fitted.map(({ accuracy }) => accuracy), heldOut);
  const chosen = fitted.find(({ accuracy }) => !(accuracy < least));
  if (chosen === undefined) throw new InputError(tried[0].failure);
  onProgress(total - 1, total);
  const classifier = yield* fitMembers(latents, labelled, { members: chosen.members, seed });
  onProgress(total, total);
  const { labels } = classifyLatents(classifier, labelled.latents);
  const unlabelled = classifyLatents(classifier, sample).labels;
  const members = chosen.members.map((member) => predictions.get(keyOf(member))!);
  return {
    classifier,
    chosen,
    tried,
    heldOut: heldOutOf(members as HeldOutPredictions[], { parts, classes }),
    warnings: selectionWarnings(labelled.labels, labels, { ...chosen, classNames, unlabelled }),
  };
}

/** Members with the same options predict the same. */
function keyOf(member: MemberOptions): string {
  return JSON.stringify(Object.entries(member).sort());
}

/** The scores of a candidate from the predictions of its members. */
function score(
  found: readonly (HeldOutPredictions | InputError)[],
  { labels }: LabelledLatents,
  { parts, classes }: { parts: readonly (readonly number[])[]; classes: readonly number[] },
): Omit<CandidateScore, keyof Candidate> {
  const members: HeldOutPredictions[] = [];
  for (const member of found) {
    if (!(member instanceof InputError)) members.push(member);
    else return { accuracy: NaN, logLoss: NaN, logLikelihood: NaN, failure: member.message };
  }
  const weights = members.map(() => 1 / members.length);
  let right = 0, loss = 0, count = 0, logLikelihood = 0;
  parts.forEach((part, p) => {
    const held = combineMembers(members.map(({ heldOut }) => heldOut[p]), { classes, weights });
    part.forEach((row, i) => {
      const index = classes.indexOf(labels[row]);
      const probability = held.probabilities.data[i * classes.length + index];
      right += held.labels[i] === labels[row] ? 1 : 0;
      // A posterior that underflows to 0 is a wrong prediction, not an infinitely wrong one.
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

function sampleRows(points: Points, maxRows: number, random: Random): Points {
  const count = points.shape[0];
  if (count <= maxRows) return points;
  return take(points, [...random.permutation(count).subarray(0, maxRows).sort()]);
}
