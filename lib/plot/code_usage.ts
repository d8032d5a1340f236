import { ACCENT } from "./colours.ts";
import type { PlotSpec } from "./theme.ts";

/** The share of each code of a codebook, a bar each, in the order given. */
export function codeUsage(shares: readonly number[]): PlotSpec {
  return {
    width: 600,
    height: 120,
    data: { values: shares.map((share, i) => ({ code: i, next: i + 1, share })) },
    mark: { type: "rect", fill: ACCENT },
    encoding: {
      x: {
        field: "code",
        type: "quantitative",
        title: "code, by use",
        scale: { domain: [0, shares.length], nice: false },
        axis: { grid: false, tickMinStep: 1, format: "d" },
      },
      x2: { field: "next" },
      y: {
        field: "share",
        type: "quantitative",
        title: "share of uses",
        scale: { zero: true },
        axis: { format: "~%", tickCount: 4 },
      },
      y2: { datum: 0 },
    },
  };
}
