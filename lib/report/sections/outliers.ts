import { histogramPlot } from "../../plot/histogram_plot.ts";
import { percent, shortPercent } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** Which images are none of the classes. */
export function outliers({ metrics }: ReportRun): Section | undefined {
  const { outliers } = metrics;
  if (outliers === undefined) return undefined;
  const { rate, share, accuracyOfOthers, histogram } = outliers;
  const [scored] = /^\w+ images/.exec(metrics.scored?.split ?? "") ?? ["labelled images"];
  return {
    title: "Outliers",
    body: [
      "The outlier score of an image is the share of held-out training images that are more " +
      `typical than it; above ${1 - rate} it is an outlier, as are ${shortPercent(rate)} of the ` +
      `held-out training images. Of the ${scored}, ${percent(share)} are outliers` +
      (accuracyOfOthers === null
        ? "."
        : `; on the others the accuracy is ${percent(accuracyOfOthers)}.`),
      {
        name: "outlier_scores",
        alt: `Histogram of the outlier scores of the ${scored}`,
        caption: `The outlier scores of the ${scored}. If they resemble the training images, ` +
          "the scores are uniform: every bin holds the same share.",
        plot: () =>
          histogramPlot(histogram, {
            names: [scored],
            title: "outlier score",
            limit: { value: 1 - rate, label: `outliers above ${1 - rate}`, side: "right" },
          }),
      },
    ],
  };
}
