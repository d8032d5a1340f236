import { ACCENT } from "./colours.ts";
import type { PlotSpec } from "./theme.ts";

/**
 * Each measure of several trainings in a panel of its own.
 *
 * @param options.option What the rows differ in: the horizontal axis, logarithmic where all are
 * positive numbers.
 */
export function studyChart(
  rows: readonly Readonly<Record<string, number | string>>[],
  { option }: { option: string },
): PlotSpec {
  const measures = Object.keys(rows[0])
    .filter((name) => name !== option && typeof rows[0][name] === "number");
  const isLogarithmic = rows.every(({ [option]: x }) => typeof x === "number" && x > 0);
  return {
    columns: 4,
    bounds: "flush",
    spacing: { column: 58, row: 60 },
    concat: measures.map((measure) => ({
      title: measure,
      width: 150,
      height: 120,
      data: { values: rows.map((row) => ({ x: row[option], y: row[measure] })) },
      mark: { type: "line", point: { size: 24, color: ACCENT }, color: ACCENT },
      encoding: {
        x: {
          field: "x",
          title: option,
          ...isLogarithmic
            ? {
              type: "quantitative" as const,
              scale: { type: "log" as const },
              axis: { values: rows.map((row) => Number(row[option])), grid: false },
            }
            : { type: "ordinal" as const, sort: null, axis: { grid: false } },
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
