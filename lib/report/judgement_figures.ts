import { calibrationCurve } from "../plot/calibration_curve.ts";
import { classScoresPlot } from "../plot/class_scores.ts";
import { confusionMatrixPlot } from "../plot/confusion_matrix.ts";
import { histogramPlot } from "../plot/histogram_plot.ts";
import { lossCurves } from "../plot/loss_curves.ts";
import { formatNumber } from "../command/progress.ts";
import type { Figure } from "./figure.ts";
import type { ReportRun } from "./report_run.ts";
import { minus } from "./table.ts";

/** The plots of how training went and of how well the classifier does. */
export function judgementFigures(
  run: ReportRun,
): Record<"training" | "classification", Figure[]> {
  return {
    training: [lossFigure(run)],
    classification: [
      confusionFigure(run),
      calibrationFigure(run),
      scoresFigure(run),
      likelihoodFigure(run),
      errorFigure(run),
    ],
  };
}

function lossFigure({ curves, stageStarts }: ReportRun): Figure {
  const validated = curves.some(({ validation }) => validation !== undefined);
  return {
    name: "loss",
    alt: `Loss over ${curves[0].train.length} epochs: ${curves.map(({ name }) => name).join(", ")}`,
    caption:
      "Losses over the epochs, summed over the pixels of an image and averaged over images. " +
      "Training: the mean over an epoch's steps, while the model changes." +
      (validated ? " Validation: held-out images, after the epoch, at weight 1 of the KL." : "") +
      (stageStarts.length > 0
        ? " Dotted: another stage of training begins, with another prior and another loss."
        : ""),
    content: lossCurves(curves, { stageStarts }),
  };
}

/** Labels as the report calls them. */
function namesOf({ manifest: { classNames } }: ReportRun, labels: readonly number[]): string[] {
  return labels.map((label) => classNames?.[label] ?? String(label));
}

function confusionFigure(run: ReportRun): Figure {
  const { confusionMatrix, count } = run.metrics;
  return {
    name: "confusion_matrix",
    alt: `Confusion matrix of ${confusionMatrix.classes.length} classes`,
    caption: `How many of ${count.toLocaleString("en-US")} images of each class were taken for ` +
      "each; darker for a greater share of the row.",
    content: confusionMatrixPlot(confusionMatrix, {
      classNames: namesOf(run, confusionMatrix.classes),
    }),
  };
}

function calibrationFigure({ summary: { calibration } }: ReportRun): Figure {
  const error = (100 * calibration.expectedCalibrationError).toFixed(1);
  return {
    name: "calibration",
    alt: `Calibration curve; expected calibration error ${error} percent`,
    caption:
      `How often answers are right by the probability they were given with, in ten bins of ` +
      `equal width; lines are 95 % intervals (Wilson). On the dashed line a probability means what ` +
      `it says. Expected calibration error: ${error} %.`,
    content: calibrationCurve(calibration),
  };
}

function scoresFigure(run: ReportRun): Figure {
  const { perClass } = run.metrics;
  const classNames = namesOf(run, perClass.map(({ label }) => label));
  return {
    name: "class_scores",
    alt: `Precision, recall and F1 of ${perClass.length} classes`,
    caption: "Precision, recall and F1 of each class. The axis does not start at 0.",
    content: classScoresPlot(perClass, { classNames }),
  };
}

function likelihoodFigure(run: ReportRun): Figure {
  const { histograms: { logLikelihood }, rate, thresholds } = run.summary.outliers;
  return {
    name: "likelihood",
    alt: "Histogram of the log-likelihood of training images and scored images",
    caption:
      `The log density of images' latent means under the mixture. Below the dashed line lie ` +
      `${percent(rate)} of the training images: there an image is refused. The first bin ` +
      "also holds what lies beyond it.",
    content: histogramPlot(logLikelihood, {
      names: ["training images", scoredName(run)],
      title: "log-likelihood of the latent mean (nats)",
      limit: {
        value: thresholds.logLikelihood,
        label: minus(`refused below ${formatNumber(thresholds.logLikelihood)}`),
        side: "left",
      },
    }),
  };
}

function errorFigure(run: ReportRun): Figure {
  const { histograms: { reconstructionError }, rate, thresholds } = run.summary.outliers;
  return {
    name: "reconstruction_error",
    alt: "Histogram of the reconstruction error of training images and scored images",
    caption:
      `The cross-entropy between images and their reconstructions. Beyond the dashed line lie ` +
      `${percent(rate)} of the training images: there an image is refused as well. The ` +
      "last bin also holds what lies beyond it.",
    content: histogramPlot(reconstructionError!, {
      names: ["training images", scoredName(run)],
      title: "cross-entropy with the reconstruction (nats a pixel)",
      limit: {
        value: thresholds.reconstructionError!,
        label: `refused above ${formatNumber(thresholds.reconstructionError!)}`,
        side: "right",
      },
    }),
  };
}

function scoredName({ summary }: ReportRun): string {
  return summary.images.test === null ? "labelled images" : "test images";
}

function percent(share: number): string {
  return `${formatNumber(100 * share).replace(/\.?0+$/, "")} %`;
}
