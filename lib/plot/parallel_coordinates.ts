import { ACCENT, CONTRAST } from "./colours.ts";
import { INK, type PlotSpec } from "./theme.ts";

/** An axis of {@linkcode parallelCoordinates}. */
export interface CoordinateAxis {
  readonly name: string;
  /** Labels with where they stand on the axis, from 0 to 1. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** A line of {@linkcode parallelCoordinates}. */
export interface CoordinateLine {
  /** Where it crosses each axis, from 0 to 1. */
  readonly positions: readonly number[];
  /** What its colour shows. */
  readonly value: number;
}

/**
 * Parallel axes, and lines across them whose colour is a value; those of low values lie on top.
 *
 * @param options.title What the colour shows.
 */
export function parallelCoordinates(
  axes: readonly CoordinateAxis[],
  lines: readonly CoordinateLine[],
  { title }: { title: string },
): PlotSpec {
  const sorted = lines.toSorted((a, b) => b.value - a.value);
  const x = {
    field: "axis",
    type: "nominal" as const,
    sort: axes.map(({ name }) => name),
    title: null,
    scale: { padding: 0.2 },
    axis: { orient: "top" as const, domain: false, ticks: false, labelAngle: 0, labelPadding: 12 },
  };
  const y = {
    field: "at",
    type: "quantitative" as const,
    axis: null,
    scale: { domain: [0, 1] },
  };
  return {
    width: 110 * axes.length,
    height: 240,
    layer: [
      {
        data: { values: axes.map(({ name }) => ({ axis: name })) },
        mark: { type: "rule", opacity: 0.4 },
        encoding: { x },
      },
      {
        data: {
          values: sorted.flatMap(({ positions, value }, line) =>
            positions.map((at, i) => ({ axis: axes[i].name, at, line, value }))
          ),
        },
        mark: { type: "line", strokeWidth: 1.5, opacity: 0.85 },
        encoding: {
          x,
          y,
          detail: { field: "line" },
          color: {
            field: "value",
            type: "quantitative",
            title,
            // Both ends are seen on a light ground and on a dark one.
            scale: { range: [ACCENT, CONTRAST], zero: false },
            legend: { orient: "bottom", gradientLength: 200 },
          },
        },
      },
      {
        data: {
          values: axes.flatMap(({ name, ticks }) => ticks.map((tick) => ({ axis: name, ...tick }))),
        },
        mark: { type: "text", align: "left", dx: 5, color: INK, fontSize: 10 },
        encoding: { x, y, text: { field: "label" } },
      },
    ],
  };
}
