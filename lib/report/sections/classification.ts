import { calibrationCurve } from "../../plot/calibration_curve.ts";
import { classScoresPlot } from "../../plot/class_scores.ts";
import { confusionMatrixPlot } from "../../plot/confusion_matrix.ts";
import type { RunMetrics } from "../../run/metrics_file.ts";
import type { Html } from "../parts/html.ts";
import { count, percent } from "../parts/numbers.ts";
import { namesOf, type ReportRun } from "../parts/report_run.ts";
import type { Figure, Section } from "../parts/section.ts";
import { table } from "../parts/table.ts";

type Classification = NonNullable<RunMetrics["classification"]>;

/** The most classes whose matrix has room in a column, and whose scores fit into one plot. */
const MAX_CLASSES = { column: 10, scores: 25 } as const;

/** How good the classifier is. */
export function classification(run: ReportRun): Section | undefined {
  const { classification, scored } = run.metrics;
  if (classification === undefined) return undefined;
  const { calibration } = classification;
  const over = scored === undefined ? "A" : `Over ${count(scored.count)} ${scored.split}: a`;
  return {
    title: "Classification",
    layout: "three",
    body: [
      `${over}ccuracy ${percent(classification.accuracy)}, (macro + micro) / 2 F1 ` +
      `${classification.meanF1.toFixed(4)}.` +
      (scored?.crossValidated === undefined ? "" : ` Cross-validation: ${scored.crossValidated}.`) +
      samplesText(classification),
      confusionFigure(run, classification),
      ...calibration ? [calibrationFigure(calibration)] : [],
      scoresFigure(run, classification),
      meansTable(classification),
      ...baselinesTable(classification),
    ],
  };
}

function samplesText({ labelSamples }: Classification): string {
  if (labelSamples === undefined) return "";
  const { count, mean, standardDeviation, worst } = labelSamples;
  return ` Over ${count} other samples of the labelled images (macro + micro) / 2 F1 is ` +
    `${mean.toFixed(4)} on average, standard deviation ${standardDeviation.toFixed(4)}, worst ` +
    `${worst.toFixed(4)}.`;
}

function confusionFigure(run: ReportRun, { confusionMatrix }: Classification): Figure {
  const { classes } = confusionMatrix;
  return {
    name: "confusion_matrix",
    alt: `Confusion matrix of ${classes.length} classes`,
    caption: "Counts of true class (rows) by predicted class (columns); darker for a greater " +
      "share of the row.",
    wide: classes.length > MAX_CLASSES.column,
    plot: () => confusionMatrixPlot(confusionMatrix, { classNames: namesOf(run, classes) }),
  };
}

function calibrationFigure(calibration: NonNullable<Classification["calibration"]>): Figure {
  const error = (100 * calibration.expectedCalibrationError).toFixed(1);
  return {
    name: "calibration",
    alt: `Calibration curve; expected calibration error ${error} percent`,
    caption: "The share of correct predictions by their probability, in ten bins of equal width, " +
      "with 95 % intervals (Wilson). The dashed line is perfect calibration. Expected calibration " +
      `error: ${error} %.`,
    plot: () => calibrationCurve(calibration),
  };
}

function scoresFigure(run: ReportRun, { perClass }: Classification): Figure {
  const most = MAX_CLASSES.scores;
  const shown = perClass.length <= most
    ? perClass
    : perClass.toSorted((a, b) => a.f1 - b.f1).slice(0, most);
  return {
    name: "class_scores",
    alt: `Precision, recall and F1 of ${shown.length} classes`,
    caption:
      (shown === perClass
        ? "Precision, recall and F1 of each class."
        : `Precision, recall and F1 of the ${most} of ${perClass.length} classes with the lowest F1.`) +
      " The axis does not start at 0.",
    plot: () =>
      classScoresPlot(shown, { classNames: namesOf(run, shown.map(({ label }) => label)) }),
  };
}

/** The run beside what the same labels give on raw pixels. */
function baselinesTable({ baselines, accuracy, meanF1 }: Classification): Html[] {
  if (baselines === undefined || baselines.length === 0) return [];
  const columns = ["accuracy", "(macro + micro) / 2 F1"].map((title) => ({ title, number: true }));
  const rows = [{ name: "this run", accuracy, meanF1 }, ...baselines];
  return [table(
    [{ title: "classifier" }, ...columns],
    rows.map(({ name, accuracy, meanF1 }) => [name, percent(accuracy), meanF1.toFixed(4)]),
    { caption: "Beside classifiers of raw pixels with the same labels, on the same images" },
  )];
}

function meansTable({ macro, micro }: Classification): Html {
  const scores = ["precision", "recall", "F1"].map((title) => ({ title, number: true }));
  return table(
    [{ title: "mean" }, ...scores],
    [{ name: "macro", ...macro }, { name: "micro", ...micro }].map((
      { name, precision, recall, f1 },
    ) => [name, ...[precision, recall, f1].map((score) => score.toFixed(4))]),
    { caption: "Macro: the plain mean over classes. Micro: over all images together" },
  );
}
