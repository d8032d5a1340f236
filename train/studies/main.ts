import { type Command, type Host, runCommand } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { formatNumber } from "../../lib/command/progress.ts";
import { program } from "../main.ts";
import { STUDIES } from "./mod.ts";
import { isInterrupted } from "../run/partial_run.ts";
import { runStudy } from "./run_study.ts";
import type { Study } from "./study.ts";

/** The command of a study: `--out`, and the options of `train` but for the one that differs. */
function studyCommand(name: string, study: Study): Command {
  const trainCommand = program.select!(["--model", study.system]);
  const { out: _o, force: _f, resume: _r, model: _m, ...options } = trainCommand.options;
  const withDefaults = Object.entries(options)
    .filter(([option]) => option !== study.option)
    .map(([option, spec]) => [
      option,
      option in study.defaults ? { ...spec, default: study.defaults[option] } : spec,
    ]);
  return {
    name,
    description: study.description,
    options: {
      out: {
        kind: "path",
        description: "The folder of the study; runs that stand there are kept",
        default: `runs/study-${name}`,
      },
      ...Object.fromEntries(withDefaults),
    },
    examples: [{ does: "On MNIST 1, 4 and 8", line: `deno task study ${name}` }],
    async run(values, host: Host) {
      const { out, ...given } = values as { out: string };
      const rows = await runStudy(study, {
        out,
        values: { ...given, model: study.system },
        async train(trial) {
          const resume = await isInterrupted(String(trial.out));
          const silent = quiet({ ...host, task: "study" });
          await trainCommand.run({ ...trial, force: false, resume }, silent);
        },
        print: host.print,
      });
      const lines = [
        Object.keys(rows[0]),
        ...rows.map((row) => Object.values(row).map(formatNumber)),
      ];
      const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
      for (const line of lines) {
        host.print(line.map((cell, at) => cell.padStart(widths[at])).join("  "));
      }
      host.print(`written to ${out}: table.csv, chart.png, report.html`);
    },
  };
}

/** A host that hears nothing but warnings. */
function quiet({ print, ...host }: Host): Host {
  return {
    ...host,
    print: (line) => {
      if (line.startsWith("warning: ")) print(line);
    },
    status: { writeSync: (bytes) => bytes.length, isTerminal: () => false },
  };
}

export const studies: readonly Command[] = Object.entries(STUDIES)
  .map(([name, study]) => studyCommand(name, study));

if (import.meta.main) await runCommand(studies, PROCESS);
