import type { ConfusionMatrix } from "../metrics/classification.ts";
import { classLabels } from "./class_labels.ts";
import { ACCENT } from "./colours.ts";
import { INK, PAPER, type PlotSpec } from "./theme.ts";

/** The least side of the plot: many classes and long counts need more. */
const MIN_SIZE = 180;

/** The most classes whose counts are written into the cells. */
const MAX_WRITTEN = 25;

/** Room for the name of a class. */
const LABEL_HEIGHT = 14;

/**
 * Counts of true class (rows) by predicted class (columns); darker for a greater share of the row.
 *
 * @param options.classNames The name of each class; its number by default.
 */
export function confusionMatrixPlot(
  { classes, counts }: ConfusionMatrix,
  { classNames = classes.map(String) }: { classNames?: readonly string[] } = {},
): PlotSpec {
  const isWritten = classes.length <= MAX_WRITTEN;
  const fontSize = classes.length > 6 ? 8 : 11;
  const digits = String(Math.max(...counts.flat())).length;
  const cell = isWritten ? Math.max(LABEL_HEIGHT, fontSize * 0.65 * digits + 4) : 6;
  const size = Math.max(MIN_SIZE, classes.length * cell);
  const values = counts.flatMap((row, actual) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      actual,
      predicted,
      count,
      share: total === 0 ? 0 : count / total,
    }));
  });
  // Names lie flat where there is room for them, and where there is none some are left out.
  const longest = Math.max(...classNames.map((name) => name.length));
  const labelAngle = longest * 6 * classes.length > size ? -45 : 0;
  const step = Math.ceil(classes.length * LABEL_HEIGHT / size);
  const domain = classes.map((_, i) => i);
  const axis = {
    values: domain.filter((i) => i % step === 0),
    labelExpr: classLabels(classNames),
    ticks: step > 1,
    domain: false,
  };
  return {
    width: size,
    height: size,
    data: { values },
    encoding: {
      x: {
        field: "predicted",
        type: "ordinal",
        title: "predicted class",
        scale: { domain },
        axis: { ...axis, labelAngle },
      },
      y: { field: "actual", type: "ordinal", title: "true class", scale: { domain }, axis },
    },
    layer: [
      {
        mark: { type: "rect", fill: ACCENT, stroke: INK, strokeOpacity: isWritten ? 0.15 : 0.05 },
        encoding: {
          fillOpacity: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: [0, 1] },
            legend: null,
          },
        },
      },
      ...!isWritten ? [] : [{
        mark: { type: "text" as const, fontSize },
        encoding: {
          text: { field: "count", type: "quantitative" as const, format: "d" },
          color: {
            condition: { test: "datum.share > 0.45", value: "#ffffff" },
            value: INK,
          },
          // Full black zeros would hide the mistakes.
          opacity: { condition: { test: "datum.count === 0", value: 0.4 }, value: 1 },
        },
      }],
    ],
    view: { fill: PAPER },
  };
}
