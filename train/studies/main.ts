import { type Command, type Host, runCommand } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { formatCell } from "../../lib/report/parts/table.ts";
import { embed } from "./embed.ts";
import { labelCount } from "./label_count.ts";
import { STUDIES } from "./mod.ts";
import { search } from "./search.ts";
import { runStudy } from "./run_study.ts";
import type { Row, Study } from "./study.ts";
import { studyOptions, trainValues } from "./study_options.ts";
import { trainProcess } from "./train_process.ts";

/** The command of a study: its own options, and those of `train` but for what its trials set. */
function studyCommand(name: string, study: Study): Command {
  const set = study.trials.flatMap(({ options }) => Object.keys(options));
  const { table, options } = studyOptions(name, { ...study, set });
  return {
    name,
    task: "study",
    description: study.description,
    options,
    examples: [{ does: "On MNIST 1, 4 and 8", line: `deno task study ${name}` }],
    async run(values, host: Host) {
      const { out, parallel } = values as { out: string; parallel: number };
      await runStudy(study, {
        out,
        parallel,
        values: trainValues(values as Row, { system: study.system, table }),
        train: trainProcess,
        print: host.print,
        onTable: (rows) => printTable(rows, host.print),
      });
      host.print(`written to ${out}: table.csv, chart.png, report.html`);
    },
  };
}

/** Prints a table in columns. */
function printTable(rows: readonly Row[], print: Host["print"]): void {
  const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(formatCell))];
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  for (const line of lines) print(line.map((cell, at) => cell.padStart(widths[at])).join("  "));
}

export const program: readonly Command[] = [
  ...Object.entries(STUDIES).map(([name, study]) => studyCommand(name, study)),
  labelCount,
  search,
  embed,
];

if (import.meta.main) await runCommand(program, PROCESS);
