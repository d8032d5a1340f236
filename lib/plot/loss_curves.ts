import { ACCENT, CONTRAST } from "./colours.ts";
import type { PlotSpec } from "./theme.ts";

/** One loss over the epochs. */
export interface LossCurve {
  /** Its name, such as `reconstruction`. */
  readonly name: string;
  /** The mean over the steps of each epoch; null where it had no such loss. */
  readonly train: readonly (number | null)[];
  /** The same loss on validation images after each epoch; absent where there were none. */
  readonly validation?: readonly (number | null)[];
}

/** Options for {@linkcode lossCurves}. */
export interface LossCurvesOptions {
  /** Of all panels together. @default {690} */
  width?: number;
  /** The first epochs of further phases of training, to be marked. @default {[]} */
  phaseStarts?: readonly number[];
}

/** The most panels side by side. */
const MAX_COLUMNS = 4;

/** Left of each panel, for its axis. */
const AXIS_WIDTH = 58;

/** Each loss over the epochs in a panel of its own. */
export function lossCurves(
  curves: readonly LossCurve[],
  { width = 690, phaseStarts = [] }: LossCurvesOptions = {},
): PlotSpec {
  const columns = Math.min(curves.length, MAX_COLUMNS);
  const hasValidation = curves.some(({ validation }) => validation !== undefined);
  const domain = hasValidation ? ["training", "validation"] : ["training"];
  return {
    columns,
    bounds: "flush",
    spacing: { column: AXIS_WIDTH, row: 60 },
    concat: curves.map(({ name, train, validation = [] }) => ({
      title: name,
      width: width / columns - AXIS_WIDTH,
      height: 96,
      encoding: {
        x: {
          field: "epoch",
          type: "quantitative",
          title: "epoch",
          scale: { domain: [1, Math.max(2, train.length)], nice: false },
          axis: { tickMinStep: 1, tickCount: 6, format: "d", grid: false },
        },
      },
      layer: [
        {
          data: { values: phaseStarts.map((epoch) => ({ epoch: epoch - 0.5 })) },
          mark: { type: "rule", strokeDash: [2, 3], opacity: 0.7 },
        },
        {
          data: {
            values: [train, validation].flatMap((losses, which) =>
              losses.map((loss, e) => ({ images: domain[which], epoch: e + 1, loss }))
            ),
          },
          // A line of one epoch would not be seen.
          mark: { type: "line", point: train.length === 1 ? { size: 24 } : false },
          encoding: {
            y: {
              field: "loss",
              type: "quantitative",
              title: null,
              scale: { zero: false, nice: true },
              axis: { tickCount: 5 },
            },
            color: {
              field: "images",
              type: "nominal",
              title: null,
              scale: { domain, range: [ACCENT, CONTRAST] },
              legend: { symbolType: "stroke", symbolSize: 250 },
            },
            strokeDash: {
              field: "images",
              type: "nominal",
              scale: { domain, range: [[1, 0], [5, 3]] },
              legend: { symbolType: "stroke" },
            },
          },
        },
      ],
    })),
  };
}
