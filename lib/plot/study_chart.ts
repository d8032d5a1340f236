import { ACCENT } from "./colours.ts";
import type { PlotSpec } from "./theme.ts";

/** Options for {@linkcode studyChart}. */
export interface StudyChartOptions {
  /** What the rows differ in: the horizontal axis, logarithmic. */
  option: string;
  /** Of one panel, in pixels. @default {150} */
  width?: number;
  /** @default {120} */
  height?: number;
}

/** Each measure of several trainings in a panel of its own, by the value of the option. */
export function studyChart(
  rows: readonly Readonly<Record<string, number>>[],
  { option, width = 150, height = 120 }: StudyChartOptions,
): PlotSpec {
  const measures = Object.keys(rows[0]).filter((name) => name !== option);
  return {
    columns: 4,
    bounds: "flush",
    spacing: { column: 58, row: 60 },
    concat: measures.map((measure) => ({
      title: measure,
      width,
      height,
      data: { values: rows.map((row) => ({ x: row[option], y: row[measure] })) },
      mark: { type: "line", point: { size: 24, color: ACCENT }, color: ACCENT },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: option,
          scale: { type: "log" },
          axis: { values: rows.map((row) => row[option]), grid: false },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: null,
          scale: { zero: false, nice: true },
          axis: { tickCount: 5 },
        },
      },
    })),
  };
}
