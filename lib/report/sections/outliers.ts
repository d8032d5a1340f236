import { formatNumber } from "../../command/progress.ts";
import { histogramPlot } from "../../plot/histogram_plot.ts";
import type { RunMetrics } from "../../run/metrics_file.ts";
import { percent, shortPercent } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Figure, Section } from "../parts/section.ts";
import { minus } from "../parts/table.ts";

/** Which images are none of the classes. */
export function outliers({ metrics, manifest }: ReportRun): Section | undefined {
  const { outliers } = metrics;
  if (outliers === undefined) return undefined;
  const { rate, share, accuracyOfOthers } = outliers;
  const scored = manifest.data.counts.test === undefined ? "labelled images" : "test images";
  const names = ["training images", scored];
  return {
    title: "Outliers",
    layout: "two",
    body: [
      `An image is an outlier if it is beyond a threshold below; ${shortPercent(rate)} of the ` +
      `training images are beyond each. Of the ${scored}, ${percent(share)} are outliers` +
      (accuracyOfOthers === null
        ? "."
        : `; on the others the accuracy is ${percent(accuracyOfOthers)}.`),
      likelihoodFigure(outliers, names),
      ...errorFigures(outliers, names),
    ],
  };
}

type Outliers = NonNullable<RunMetrics["outliers"]>;

function likelihoodFigure({ histograms, thresholds }: Outliers, names: string[]): Figure {
  const value = thresholds.logLikelihood;
  return {
    name: "likelihood",
    alt: "Histogram of the log-likelihood of training images and scored images",
    caption: "The log density of the latent means under the mixture. The first bin also holds " +
      "lower values.",
    plot: () =>
      histogramPlot(histograms.logLikelihood, {
        names,
        title: "log-likelihood of the latent mean (nats)",
        limit: { value, label: minus(`outliers below ${formatNumber(value)}`), side: "left" },
      }),
  };
}

function errorFigures({ histograms, thresholds }: Outliers, names: string[]): Figure[] {
  const histogram = histograms.reconstructionError;
  const value = thresholds.reconstructionError;
  if (histogram === undefined || value === undefined) return [];
  return [{
    name: "reconstruction_error",
    alt: "Histogram of the reconstruction error of training images and scored images",
    caption: "The cross-entropy between images and their reconstructions. The last bin also " +
      "holds higher values.",
    plot: () =>
      histogramPlot(histogram, {
        names,
        title: "cross-entropy with the reconstruction (nats a pixel)",
        limit: { value, label: `outliers above ${formatNumber(value)}`, side: "right" },
      }),
  }];
}
