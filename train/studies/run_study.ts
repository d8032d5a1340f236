import { exists } from "../../lib/files/out_path.ts";
import { stringify } from "@std/csv";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { InputError } from "../../lib/input_error.ts";
import { renderPng, renderSvg } from "../../lib/plot/render.ts";
import { studyChart } from "../../lib/plot/study_chart.ts";
import { buildReport } from "../../lib/report/build_report.ts";
import { plotReport } from "../../lib/report/plot_report.ts";
import { readRun, type Run } from "../../lib/run/run_folder.ts";
import type { Study } from "./study.ts";

/** Options for {@linkcode runStudy}. */
export interface RunStudyOptions {
  /** The folder for the runs, the table, the chart and the report. */
  out: string;
  /** Options of `train` by name: those of the study, and the user's own before them. */
  values: Readonly<Record<string, unknown>>;
  /** Trains with some values, and writes the run to `values.out`. */
  train(values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Called with a line for people. */
  print(line: string): void;
}

/**
 * Trains once per value of the option, and writes `table.csv`, `chart.png` and `report.html`. Runs
 * that stand there already are kept, so a study that was stopped goes on where it was.
 *
 * @returns The rows of the table.
 * @throws {InputError} If a run stands there that was trained with other options.
 */
export async function runStudy(
  { option, values: settings, measure }: Study,
  { out, values, train, print }: RunStudyOptions,
): Promise<Record<string, number>[]> {
  const runs: Run[] = [];
  for (const setting of settings) {
    const dir = `${out}/${option}-${setting}`;
    const wanted = { ...values, [option]: setting, out: dir };
    const stands = await exists(dir);
    print(`${option} ${setting}: ${stands ? `${dir} stands already` : "training"}`);
    if (!stands) await train(wanted);
    const run = await readRun(dir);
    checkOptions(run, wanted);
    runs.push(run);
  }
  const rows: Record<string, number>[] = [];
  for (const [i, run] of runs.entries()) {
    rows.push({ [option]: settings[i], ...await measure(run) });
  }
  const svg = await renderSvg(studyChart(rows, { option }));
  const reports = [];
  for (const run of runs) reports.push(await plotReport(run));
  const text = new TextEncoder();
  const files = {
    "table.csv": text.encode(stringify(rows, { columns: Object.keys(rows[0]) })),
    "chart.png": await renderPng(svg),
    "report.html": text.encode(buildReport(reports)),
  };
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(`${out}/${name}`, (file) => writeAll(file, bytes), { force: true });
  }
  return rows;
}

/** Where a run goes does not decide its result. */
const UNCOMPARED = new Set(["out", "force", "resume", "profile", "engine", "device", "threads"]);

function checkOptions({ dir, manifest }: Run, wanted: Readonly<Record<string, unknown>>): void {
  const other = Object.keys(wanted).find((name) =>
    !UNCOMPARED.has(name) && JSON.stringify(manifest.options[name]) !== JSON.stringify(wanted[name])
  );
  if (other === undefined) return;
  throw new InputError(
    `Cannot go on with the study: ${dir} was trained with ${other} ${
      JSON.stringify(manifest.options[other])
    }, ${JSON.stringify(wanted[other])} is needed; another --out starts anew`,
  );
}
