import type { Calibration } from "../metrics/calibration.ts";
import { ACCENT } from "./colours.ts";
import { INK, type PlotSpec } from "./theme.ts";

/** The share of correct predictions by their probability. */
export function calibrationCurve({ bins }: Calibration): PlotSpec {
  const values = bins.map(({ interval: [low, high], ...bin }) => ({ ...bin, low, high }));
  const scale = { domain: [0, 1], nice: false };
  const x = {
    field: "confidence",
    type: "quantitative" as const,
    title: "probability of the predicted class",
    scale,
    axis: { tickCount: 5 },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative" as const,
    title: "accuracy",
    scale,
    axis: { tickCount: 5 },
  });
  return {
    width: 180,
    height: 180,
    layer: [
      {
        data: { values: [{ confidence: 0, accuracy: 0 }, { confidence: 1, accuracy: 1 }] },
        mark: { type: "line", stroke: INK, strokeWidth: 1, strokeDash: [4, 3], opacity: 0.6 },
        encoding: { x, y: y("accuracy") },
      },
      {
        data: { values },
        mark: { type: "rule", stroke: ACCENT, strokeWidth: 1.25 },
        encoding: { x, y: y("low"), y2: { field: "high" } },
      },
      {
        data: { values },
        mark: { type: "line", stroke: ACCENT },
        encoding: { x, y: y("accuracy") },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, fill: ACCENT, opacity: 1 },
        encoding: {
          x,
          y: y("accuracy"),
          size: {
            field: "count",
            type: "quantitative",
            title: "images",
            scale: { type: "log", range: [20, 130] },
            legend: {
              tickCount: 3,
              format: "~s",
              symbolFillColor: ACCENT,
              symbolStrokeColor: ACCENT,
            },
          },
        },
      },
    ],
  };
}
