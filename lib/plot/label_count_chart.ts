import { classColours } from "./colours.ts";
import type { PlotSpec } from "./theme.ts";

/** The accuracy of a classifier with so many labels, over samples of them. */
export interface LabelCountScore {
  readonly classifier: string;
  readonly labels: number;
  /** In [0, 1]. */
  readonly mean: number;
  readonly standardDeviation: number;
}

/** Accuracy by the number of labels, on a logarithmic axis: a line a classifier, bars of one standard deviation. */
export function labelCountChart(scores: readonly LabelCountScore[]): PlotSpec {
  const classifiers = [...new Set(scores.map(({ classifier }) => classifier))];
  const values = scores.map((score) => ({
    ...score,
    low: score.mean - score.standardDeviation,
    high: score.mean + score.standardDeviation,
  }));
  const x = {
    field: "labels",
    type: "quantitative" as const,
    title: "labelled images",
    scale: { type: "log" as const, nice: false },
    axis: { values: [...new Set(scores.map(({ labels }) => labels))], grid: false },
  };
  const color = {
    field: "classifier",
    type: "nominal" as const,
    title: null,
    scale: { domain: classifiers, range: classColours(classifiers.length) },
    legend: { orient: "bottom" as const, columns: 3, symbolOpacity: 1 },
  };
  const shape = {
    field: "classifier",
    type: "nominal" as const,
    title: null,
    scale: { domain: classifiers },
    legend: { orient: "bottom" as const, columns: 3 },
  };
  const y = { type: "quantitative" as const, title: "accuracy", scale: { zero: false } };
  return {
    width: 380,
    height: 300,
    data: { values },
    layer: [
      {
        mark: { type: "rule", opacity: 0.5 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      { mark: { type: "line" }, encoding: { x, y: { ...y, field: "mean" }, color } },
      {
        mark: { type: "point", filled: true, size: 40, opacity: 1 },
        encoding: { x, y: { ...y, field: "mean" }, color, shape },
      },
    ],
  };
}
