import { stringify } from "@std/csv";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { InputError } from "../../lib/input_error.ts";
import { renderPng, renderSvg } from "../../lib/plot/render.ts";
import { studyChart } from "../../lib/plot/study_chart.ts";
import { buildReport } from "../../lib/report/build_report.ts";
import { plotReport } from "../../lib/report/plot_report.ts";
import { formatCell, table } from "../../lib/report/parts/table.ts";
import { trainAll, type TrainAllOptions } from "./train_all.ts";
import type { Row, Study } from "./study.ts";

/** Options for {@linkcode runStudy}. */
export interface RunStudyOptions extends Omit<TrainAllOptions, "trials"> {
  /** Called with the rows of the table. */
  onTable(rows: readonly Row[]): void;
}

/**
 * Runs the trials of a study, and writes `table.csv`, `chart.png` and `report.html`. Runs that stand
 * there are kept, so a study that was stopped goes on where it was.
 *
 * @throws {InputError} If trials of such options could not be compared, if a run stands there that was
 * trained with other options, or, after all
 * others and with the table of those that ended, if a trial failed.
 */
export async function runStudy(
  { description, option, trials, check, measure }: Study,
  { onTable, ...options }: RunStudyOptions,
): Promise<void> {
  check?.(options.values);
  const named = trials.map((trial) => ({ ...trial, name: `${option}-${trial.value}` }));
  const { runs, failures } = await trainAll({ ...options, trials: named });
  const rows: Row[] = [];
  const reports = [];
  for (const { name, value } of named) {
    const run = runs.get(name);
    if (run === undefined) continue;
    rows.push({ [option]: value, ...await measure(run) });
    reports.push(await plotReport(run));
  }
  if (rows.length > 0) {
    onTable(rows);
    const columns = Object.keys(rows[0]);
    const content = await renderSvg(studyChart(rows, { option }));
    await writeStudy(options.out, {
      "table.csv": stringify(rows, { columns }),
      "chart.png": await renderPng(content),
      "report.html": buildReport(reports, {
        title: `Study of ${option}`,
        sections: [{
          title: "Trials",
          body: [
            `${description}.`,
            table(
              columns.map((title) => ({ title, number: typeof rows[0][title] === "number" })),
              rows.map((row) => columns.map((column) => formatCell(row[column]))),
              { caption: "What was measured of each trial" },
            ),
            { name: "chart", alt: "Each measure by trial", caption: "The same by trial.", content },
          ],
        }],
      }),
    });
  }
  checkFailures(failures, trials.length);
}

/** Writes the files of a study in place of those that stand there. */
export async function writeStudy(
  out: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await writeFile(`${out}/${name}`, (file) => writeAll(file, bytes), { force: true });
  }
}

/** Throws what trials failed with, if any did. */
export function checkFailures(failures: ReadonlyMap<string, string>, count: number): void {
  if (failures.size === 0) return;
  const lines = [...failures].map(([name, message]) => `${name}: ${message}`);
  const others = failures.size === count ? "" : ", the others are kept";
  throw new InputError(
    [
      `Cannot finish the study: of ${count} trials ${failures.size} failed${others}; the same command tries them again`,
      ...lines,
    ].join("\n"),
  );
}
