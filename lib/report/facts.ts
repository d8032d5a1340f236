import { formatNumber } from "../command/progress.ts";
import { count, percent, words } from "./parts/numbers.ts";
import { imagesPerSecond, type RunContent } from "./parts/report_run.ts";

/** A number that describes a run. */
export interface Fact {
  readonly name: string;
  readonly value: (run: RunContent) => number | null | undefined;
  readonly format: (value: number) => string;
  /** Which of two is better; absent where neither is. */
  readonly better?: "higher" | "lower";
  /** Whether the head of the report shows it. @default {false} */
  readonly head?: boolean;
}

const FACTS: readonly Fact[] = [
  {
    name: "accuracy",
    value: ({ metrics }) => metrics.classification?.accuracy,
    format: percent,
    better: "higher",
    head: true,
  },
  {
    name: "F1 (macro + micro) / 2",
    value: ({ metrics }) => metrics.classification?.meanF1,
    format: (value) => value.toFixed(4),
    better: "higher",
    head: true,
  },
  {
    name: "calibration error",
    value: ({ metrics }) => metrics.classification?.calibration?.expectedCalibrationError,
    format: percent,
    better: "lower",
    head: true,
  },
  {
    name: "mean squared error",
    value: ({ metrics }) => metrics.reconstruction?.meanSquaredError,
    format: formatNumber,
    better: "lower",
    head: true,
  },
  {
    name: "SSIM, 7x7 window",
    value: ({ metrics }) => metrics.reconstruction?.structuralSimilarity,
    format: formatNumber,
    better: "higher",
    head: true,
  },
  {
    name: "last validation loss",
    value: ({ history }) => history.at(-1)?.values.get("valLoss"),
    format: formatNumber,
  },
  {
    name: "parameters",
    value: ({ manifest: { layers } }) =>
      layers.length === 0 ? undefined : layers.reduce((sum, { parameters }) => sum + parameters, 0),
    format: count,
    head: true,
  },
  { name: "latent variables", value: ({ manifest }) => manifest.latentDim, format: count },
  { name: "epochs", value: ({ history }) => history.length || undefined, format: count },
  {
    name: "labelled images",
    value: ({ manifest: { data } }) => data.counts.labelled,
    format: count,
  },
  { name: "scored images", value: ({ metrics }) => metrics.scored?.count, format: count },
  { name: "training images a second", value: imagesPerSecond, format: count },
  { name: "seed", value: ({ manifest }) => manifest.seed, format: String },
];

/** The facts of some runs: the known ones, then the other numbers of their metrics. */
export function factsOf(runs: readonly RunContent[]): Fact[] {
  const others = new Set<string>();
  for (const { metrics } of runs) {
    for (const [name, value] of Object.entries(metrics)) {
      if (typeof value === "number") others.add(name);
    }
  }
  const named = [...others].map((name): Fact => ({
    name: words(name),
    value: ({ metrics }) => metrics[name] as number | undefined,
    format: (value: number) => Number.isInteger(value) ? count(value) : formatNumber(value),
    head: true,
  }));
  return [...FACTS, ...named].filter(({ value }) =>
    runs.some((run) => (value(run) ?? null) !== null)
  );
}
