import { type Calibration, calibrationOf } from "./calibration.ts";

/** How often each class was taken for each. */
export interface ConfusionMatrix {
  /** The labels of rows and columns, ascending. */
  readonly classes: readonly number[];
  /** `counts[i][j]`: images of class `classes[i]` that were taken for `classes[j]`. */
  readonly counts: readonly (readonly number[])[];
}

/** Precision, recall and their harmonic mean; each is 0 where nothing was there to divide by. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The scores of one class. */
export interface ClassScores extends Scores {
  readonly label: number;
  /** How many images have the label. */
  readonly support: number;
}

/** The scores of a classifier. */
export interface ClassificationScores {
  /** The share of images whose label was found. */
  readonly accuracy: number;
  readonly perClass: readonly ClassScores[];
  /** The plain mean over classes. */
  readonly macro: Scores;
  /** Over the counts of all classes together; with one label an image, all three are the accuracy. */
  readonly micro: Scores;
  /** The mean of the macro and the micro F1. */
  readonly meanF1: number;
}

/**
 * The share of equal labels.
 *
 * @throws {RangeError} If the lengths differ or are 0.
 */
export function accuracy(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkLengths("compare labels", actual, predicted);
  let equal = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] === predicted[i]) equal++;
  return equal / actual.length;
}

/**
 * Counts actual against predicted labels, over the classes that occur in either.
 *
 * @throws {RangeError} If the lengths differ or are 0.
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
): ConfusionMatrix {
  checkLengths("compare labels", actual, predicted);
  const classes = [...new Set([...Array.from(actual), ...Array.from(predicted)])]
    .sort((a, b) => a - b);
  const index = new Map(classes.map((label, i) => [label, i]));
  const counts = classes.map(() => classes.map(() => 0));
  for (let i = 0; i < actual.length; i++) {
    counts[index.get(actual[i])!][index.get(predicted[i])!]++;
  }
  return { classes, counts };
}

/** Accuracy, precision, recall and F1 from the counts, as scikit-learn has them. */
export function classificationScores({ classes, counts }: ConfusionMatrix): ClassificationScores {
  const rows = counts.map(sum);
  const columns = classes.map((_, j) => sum(counts.map((row) => row[j])));
  const total = sum(rows);
  const correct = sum(counts.map((row, i) => row[i]));
  const perClass = classes.map((label, i) => ({
    label,
    support: rows[i],
    ...scores(counts[i][i], columns[i], rows[i]),
  }));
  const mean = (key: keyof Scores) => sum(perClass.map((one) => one[key])) / classes.length;
  const macro = { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
  const micro = scores(correct, total, total);
  return {
    accuracy: correct / total,
    perClass,
    macro,
    micro,
    meanF1: (macro.f1 + micro.f1) / 2,
  };
}

/** All scores of predictions, as `metrics.json` holds them. */
export interface PredictionScores extends ClassificationScores {
  readonly confusionMatrix: ConfusionMatrix;
  readonly calibration: Calibration;
}

/**
 * Scores predicted labels, and the probabilities that they were given with.
 *
 * @param actual `[count]`
 * @param predicted `labels` `[count]`, and `confidence` `[count]`, the probability of each.
 * @throws {RangeError} If the lengths differ or are 0.
 */
export function scorePredictions(
  actual: ArrayLike<number>,
  { labels, confidence }: { labels: ArrayLike<number>; confidence: ArrayLike<number> },
): PredictionScores {
  const matrix = confusionMatrix(actual, labels);
  // Rounding may leave a probability a little above 1.
  const shares = Array.from(confidence, (value) => Math.min(1, value));
  const right = Array.from(labels, (label, i) => label === actual[i]);
  return {
    ...classificationScores(matrix),
    confusionMatrix: matrix,
    calibration: calibrationOf(shares, right),
  };
}

/**
 * The mean of the squared differences.
 *
 * @throws {RangeError} If the lengths differ or are 0.
 */
export function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkLengths("compare pixels", a, b);
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i];
    total += difference * difference;
  }
  return total / a.length;
}

function scores(correct: number, predicted: number, actual: number): Scores {
  const precision = predicted === 0 ? 0 : correct / predicted;
  const recall = actual === 0 ? 0 : correct / actual;
  const f1 = predicted + actual === 0 ? 0 : 2 * correct / (predicted + actual);
  return { precision, recall, f1 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function checkLengths(action: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `Cannot ${action}: there are ${a.length} and ${b.length}, as many of both and at least one are needed`,
    );
  }
}
