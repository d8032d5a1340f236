/**
 * Other people's images: every data set with a few labels a class, the default flags, and the
 * baselines on raw pixels beside them. Scores are (macro + micro) / 2 F1 on the test images.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { mean } from "../lib/array/stats.ts";
import { writeAll, writeFile } from "../lib/files/atomic_write.ts";
import { exists } from "../lib/files/out_path.ts";
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
  /** A JSON file that is added to: a bench that was stopped goes on from it. */
  results?: string | undefined;
}

/** One training and its baselines, as the file of results holds it. */
interface Result extends RowResult {
  readonly name: string;
  readonly seed: number;
  readonly development: boolean;
}

/**
 * Measures each data set with each sample of labels in a process of its own, and prints a line for
 * each classifier as a data set is done. What the file of results holds is not measured again.
 */
export async function benchDatasets(
  print: (line: string) => void,
  { samples, sets, development = false, cifar, results }: DatasetsOptions,
): Promise<void> {
  const names = sets ?? Object.keys(SETS).filter((name) => name !== "cifar" || cifar);
  const known = await readResults(results);
  const split = development ? "data (development split)" : "data";
  const rows: string[][] = [[split, "classifier", "mean", "worst", "seconds", "MB"]];
  for (const name of names) {
    const found: Result[] = [];
    for (let seed = 0; seed < samples; seed++) {
      const wanted = { name, seed, development };
      let result = known.find((each) =>
        each.name === name && each.seed === seed && each.development === development
      );
      if (result === undefined) {
        result = { ...wanted, ...await measureRow({ ...wanted, cifar }) };
        known.push(result);
        if (results !== undefined) {
          const bytes = new TextEncoder().encode(JSON.stringify(known, undefined, 1));
          await writeFile(results, (file) => writeAll(file, bytes), { force: true });
        }
      }
      found.push(result);
    }
    found[0].measured.forEach(({ classifier }, i) => {
      const scores = found.map(({ measured }) => measured[i].score);
      rows.push([
        SETS[name].title,
        classifier,
        mean(scores).toFixed(4),
        Math.min(...scores).toFixed(4),
        mean(found.map(({ measured }) => measured[i].seconds)).toFixed(1),
        Math.max(...found.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0),
      ]);
      print(rows.at(-1)!.join("  "));
    });
  }
  print(formatTable(rows));
}

async function readResults(path: string | undefined): Promise<Result[]> {
  return path !== undefined && await exists(path) ? JSON.parse(await Deno.readTextFile(path)) : [];
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
