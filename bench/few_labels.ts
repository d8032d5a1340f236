/**
 * The whole default run over several seeds, each with its own weights, batches and draw of labels:
 * the scores on MNIST's test images of 1, 4 and 8.
 *
 * @module
 */
import { mean } from "../lib/array/stats.ts";
import { optionDefaults } from "../lib/command/flags.ts";
import { chooseEngine, type EngineChoice } from "../train/core/engines/choose_engine.ts";
import { dataOptions, needOptions } from "../train/data/options.ts";
import { prepareData } from "../train/data/prepare_data.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { vae } from "../train/systems/vae.ts";
import { formatTable } from "./table.ts";

/** Trains once a seed on an engine and prints a table with mean, standard deviation and worst. */
export async function benchFewLabels(
  print: (line: string) => void,
  { seeds, engine: choice }: { seeds: number; engine: EngineChoice },
): Promise<void> {
  const { name: engine } = await chooseEngine(choice);
  const rows: number[][] = [];
  const chosen: string[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const values = {
      ...optionDefaults(dataOptions),
      ...optionDefaults(needOptions["few-labels"]),
      seed,
    };
    const started = performance.now();
    const { data } = await prepareData("few-labels", values);
    const { metrics: { classification, reconstruction, selection } } = await trainSystem(
      vae,
      data,
      { seed, engine },
    );
    const seconds = (performance.now() - started) / 1000;
    const { meanF1, accuracy } = classification!;
    const { meanSquaredError, structuralSimilarity } = reconstruction!;
    rows.push([meanF1, accuracy, meanSquaredError, structuralSimilarity!, seconds]);
    chosen.push(selection!.chosen);
    print(`seed ${seed}: (macro+micro)/2 F1 ${meanF1.toFixed(4)}, ${selection!.chosen}`);
  }
  const format = (row: number[]) => row.map((value, i) => value.toFixed(i === 4 ? 1 : 4));
  const column = (i: number) => rows.map((row) => row[i]);
  const overall = (summary: (values: number[]) => number) =>
    rows[0].map((_, i) => summary(column(i)));
  print(formatTable([
    ["seed", "(macro+micro)/2", "accuracy", "MSE", "SSIM", "seconds", "mixture"],
    ...rows.map((row, seed) => [String(seed), ...format(row), chosen[seed]]),
    ["mean", ...format(overall(mean)), ""],
    ["sd", ...format(overall(standardDeviation)), ""],
    ["lowest", ...format(overall((values) => Math.min(...values))), ""],
    ["highest", ...format(overall((values) => Math.max(...values))), ""],
  ]));
}

/** Of the sample, with n - 1. */
function standardDeviation(values: number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
