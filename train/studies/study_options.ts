import { availableParallelism } from "node:os";
import { type OptionTable, pickOptions } from "../../lib/command/flags.ts";
import { program } from "../main.ts";
import type { SystemName } from "../systems/mod.ts";

/** Options of every study that trains. */
export const ownOptions = (name: string) => ({
  out: {
    kind: "path",
    description: "The folder of the study; an interrupted study resumes from what is there",
    default: `runs/study-${name}`,
  },
  parallel: {
    kind: "integer",
    description: "Trainings to run at the same time, each in its own process; they share the cores",
    default: 1,
    min: 1,
  },
} as const satisfies OptionTable);

/** What of a study decides its options. */
export interface StudyOptionsOptions {
  system: SystemName;
  /** Options of `train` that the trials set. */
  set: readonly string[];
  /** Defaults of options of `train` that differ from its own. */
  defaults: Readonly<Record<string, unknown>>;
}

/** The options of `train` for a system, and those of a study on it. */
export function studyOptions(
  name: string,
  { system, set, defaults }: StudyOptionsOptions,
): { table: OptionTable; options: OptionTable } {
  const table = program.select!(["--model", system]).options;
  const own = ownOptions(name);
  const hidden = new Set([
    "out",
    "force",
    "resume",
    "json",
    "model",
    "exportTraining",
    "keepC",
    ...set,
  ]);
  const shared = Object.entries(table).filter(([option]) => !hidden.has(option)).map((
    [option, spec],
  ) => [option, option in defaults ? { ...spec, default: defaults[option] } : spec]);
  return { table, options: { ...own, ...Object.fromEntries(shared) } };
}

/** Of the values of a study those of `train`; trainings at a time share the cores. */
export function trainValues(
  values: Readonly<Record<string, unknown>>,
  { system, table }: { system: SystemName; table: OptionTable },
): Record<string, unknown> {
  const { out: _out, ...picked } = pickOptions(values, table) as Record<string, unknown>;
  const { parallel, threads } = values as { parallel: number; threads: number };
  return { ...picked, model: system, threads: threadShare({ threads, parallel }) };
}

/** Threads of each of several trainings at a time; 0, all cores, for one. */
export function threadShare(
  { threads, parallel }: { threads: number; parallel: number },
): number {
  if (threads > 0 || parallel === 1) return threads;
  return Math.max(1, Math.floor(availableParallelism() / parallel));
}
