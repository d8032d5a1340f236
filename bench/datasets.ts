/**
 * Other people's images: every data set with a few labels a class, the default flags, and the
 * baselines on raw pixels beside them. Scores are (macro + micro) / 2 F1 on the test images.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { mean } from "../lib/array/stats.ts";
import type { RowResult } from "./datasets/main.ts";
import { SETS } from "./datasets/sets.ts";
import { formatTable } from "./table.ts";

/** Options for {@linkcode benchDatasets}. */
export interface DatasetsOptions {
  /** Samples of labels. */
  samples: number;
  /** Rows, all by default; CIFAR-10 only with its path. */
  sets?: readonly string[] | undefined;
  /** Score on images held out of the training images. */
  development?: boolean;
  /** The folder of CIFAR-10's JPEG files. */
  cifar?: string | undefined;
}

/** Measures each data set in a process of its own and prints a line for each as it ends. */
export async function benchDatasets(
  print: (line: string) => void,
  { samples, sets, development = false, cifar }: DatasetsOptions,
): Promise<void> {
  const names = sets ?? Object.keys(SETS).filter((name) => name !== "cifar" || cifar);
  const rows: string[][] = [[
    development ? "data (development split)" : "data",
    "classifier",
    "mean",
    "worst",
    "seconds",
    "MB",
  ]];
  for (const name of names) {
    const { samples: found, peakMegabytes } = await measureRow({
      name,
      samples,
      development,
      cifar,
    });
    found[0].forEach(({ classifier }, i) => {
      const scores = found.map((sample) => sample[i].score);
      const seconds = mean(found.map((sample) => sample[i].seconds));
      rows.push([
        SETS[name].title,
        classifier,
        mean(scores).toFixed(4),
        Math.min(...scores).toFixed(4),
        seconds.toFixed(1),
        peakMegabytes.toFixed(0),
      ]);
      print(rows.at(-1)!.join("  "));
    });
  }
  print(formatTable(rows));
}

async function measureRow(row: Record<string, unknown>): Promise<RowResult> {
  const program = fileURLToPath(new URL("datasets/main.ts", import.meta.url));
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", program, JSON.stringify(row)],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot measure ${row.name}: its process failed, see above`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}
