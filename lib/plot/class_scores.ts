import type { ClassScores } from "../metrics/classification.ts";
import { classLabels } from "./class_labels.ts";
import { ACCENT, CONTRAST } from "./colours.ts";
import { INK, type PlotSpec } from "./theme.ts";

/**
 * Precision, recall and F1 of each class, in a row each; the axis starts where the scores do.
 *
 * @param options.classNames The name of each class; its label by default.
 */
export function classScoresPlot(
  scores: readonly ClassScores[],
  { classNames = scores.map(({ label }) => String(label)) }: { classNames?: readonly string[] } =
    {},
): PlotSpec {
  const kinds = ["precision", "recall", "F1"];
  const values = scores.flatMap(({ precision, recall, f1 }, i) =>
    [precision, recall, f1].map((score, k) => ({ class: i, kind: kinds[k], score }))
  );
  const least = Math.min(...values.map(({ score }) => score));
  const colour = { domain: kinds, range: [ACCENT, CONTRAST, INK] };
  return {
    width: 220,
    height: { step: scores.length > 12 ? 20 : 34, for: "position" },
    data: { values },
    mark: { type: "point", filled: true, size: 60, opacity: 1 },
    encoding: {
      x: {
        field: "score",
        type: "quantitative",
        title: "score",
        scale: { domain: [Math.floor(least * 20) / 20, 1], nice: false },
        axis: { tickCount: 5 },
      },
      y: {
        field: "class",
        type: "ordinal",
        title: "class",
        axis: { grid: true, ticks: false, labelExpr: classLabels(classNames) },
      },
      yOffset: { field: "kind", sort: kinds, scale: { paddingOuter: 0.6 } },
      color: { field: "kind", type: "nominal", title: null, scale: colour },
      shape: {
        field: "kind",
        type: "nominal",
        title: null,
        scale: { domain: kinds, range: ["triangle-right", "square", "diamond"] },
      },
    },
  };
}
