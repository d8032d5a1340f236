import type { ConfusionMatrix } from "../metrics/classification.ts";
import { ACCENT } from "./colours.ts";
import { INK, PAPER, type PlotSpec } from "./theme.ts";

/** Options for {@linkcode confusionMatrixPlot}. */
export interface ConfusionMatrixPlotOptions {
  /** What each class is called; its number by default. */
  classNames?: readonly string[];
  /** The side of the plot. @default {180} */
  size?: number;
}

/** How often each class was taken for each: counts, darker for a greater share of the row. */
export function confusionMatrixPlot(
  { classes, counts }: ConfusionMatrix,
  { classNames = classes.map(String), size = 180 }: ConfusionMatrixPlotOptions = {},
): PlotSpec {
  const values = counts.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => ({
      actual: classNames[i],
      predicted: classNames[j],
      count,
      share: total === 0 ? 0 : count / total,
    }));
  });
  // Names lie flat where there is room for them.
  const longest = Math.max(...classNames.map((name) => name.length));
  const labelAngle = longest * 6 * classes.length > size ? -45 : 0;
  return {
    width: size,
    height: size,
    data: { values },
    encoding: {
      x: {
        field: "predicted",
        type: "nominal",
        sort: [...classNames],
        title: "predicted class",
        axis: { labelAngle, ticks: false, domain: false },
      },
      y: {
        field: "actual",
        type: "nominal",
        sort: [...classNames],
        title: "true class",
        axis: { ticks: false, domain: false },
      },
    },
    layer: [
      {
        mark: { type: "rect", fill: ACCENT, stroke: INK, strokeOpacity: 0.15 },
        encoding: {
          fillOpacity: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: [0, 1] },
            legend: null,
          },
        },
      },
      {
        mark: { type: "text", fontSize: classes.length > 6 ? 8 : 11 },
        encoding: {
          text: { field: "count", type: "quantitative", format: ",d" },
          color: {
            condition: { test: "datum.share > 0.45", value: "#ffffff" },
            value: INK,
          },
          // A field of noughts would hide the mistakes.
          opacity: { condition: { test: "datum.count === 0", value: 0.4 }, value: 1 },
        },
      },
    ],
    view: { fill: PAPER },
  };
}
