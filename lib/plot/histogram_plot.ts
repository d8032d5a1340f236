import type { Histogram } from "../array/stats.ts";
import { ACCENT, CONTRAST } from "./colours.ts";
import { INK, type PlotSpec } from "./theme.ts";

/** Options for {@linkcode histogramPlot}. */
export interface HistogramPlotOptions {
  /** The name of each set of values. */
  names: readonly string[];
  /** The measure and its unit. */
  title: string;
  /** A value to mark with a line and a label. */
  limit?: { readonly value: number; readonly label: string; readonly side: "left" | "right" };
}

/** The shares of two sets of values over the same bins, as steps, with a limit as a line. */
export function histogramPlot(
  { edges, shares }: Histogram,
  { names, title, limit }: HistogramPlotOptions,
): PlotSpec {
  const values = shares.flatMap((set, s) => [
    ...set.map((share, i) => ({ images: names[s], from: edges[i], share })),
    // Extends the last step to the end of its bin.
    { images: names[s], from: edges.at(-1)!, share: set.at(-1)! },
  ]);
  const domain = [
    Math.min(edges[0], limit?.value ?? Infinity),
    Math.max(edges.at(-1)!, limit?.value ?? -Infinity),
  ];
  const x = {
    field: "from",
    type: "quantitative" as const,
    title,
    scale: { domain, nice: false },
    axis: { grid: false, tickCount: 6 },
  };
  const colour = {
    field: "images",
    type: "nominal" as const,
    title: null,
    scale: { domain: [...names], range: [ACCENT, CONTRAST].slice(0, names.length) },
    legend: { symbolType: "stroke", symbolSize: 250 },
  };
  const y = {
    field: "share",
    type: "quantitative" as const,
    title: "share of images",
    axis: { format: "~%", tickCount: 4 },
  };
  return {
    width: 250,
    height: 120,
    layer: [
      {
        data: { values: values.filter(({ images }) => images === names[0]) },
        mark: { type: "area", interpolate: "step-after", fill: ACCENT, fillOpacity: 0.2 },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: "line", interpolate: "step-after", strokeWidth: 1.4 },
        encoding: { x, y, color: colour },
      },
      ...limit === undefined ? [] : [
        {
          data: { values: [{ from: limit.value }] },
          mark: { type: "rule" as const, stroke: INK, strokeDash: [4, 3], strokeWidth: 1.25 },
          encoding: { x },
        },
        {
          data: { values: [{ from: limit.value, text: limit.label }] },
          mark: {
            type: "text" as const,
            align: limit.side,
            dx: limit.side === "left" ? 4 : -4,
            baseline: "top" as const,
          },
          encoding: {
            x,
            y: { value: 0 },
            text: { field: "text", type: "nominal" as const },
          },
        },
      ],
    ],
  };
}
