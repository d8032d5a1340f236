import { exists } from "../../lib/files/out_path.ts";
import { InputError } from "../../lib/input_error.ts";
import { readRun, type Run } from "../../lib/run/run_folder.ts";
import { OUTPUT_OPTIONS } from "../run/options.ts";
import { isInterrupted } from "../run/partial_run.ts";
import type { EpochLog } from "../core/callbacks.ts";

/** Trains with options of `train` by name; ends early once `onEpoch` says `false`. */
export type Train = (
  values: Readonly<Record<string, unknown>>,
  options?: { onEpoch?(log: EpochLog): boolean | void },
) => Promise<void>;

/** Options for {@linkcode trainAll}. */
export interface TrainAllOptions {
  trials: readonly { readonly name: string; readonly options: Readonly<Record<string, unknown>> }[];
  /** The folder of the study: each trial has its run folder in it. */
  out: string;
  /** Options of `train` that all trials share, by name. */
  values: Readonly<Record<string, unknown>>;
  /** Trials at a time. */
  parallel: number;
  train: Train;
  /** Called with a line for people. */
  print(line: string): void;
}

/** What {@linkcode trainAll} gives, by the names of the trials. */
export interface TrainedTrials {
  readonly runs: ReadonlyMap<string, Run>;
  /** What the trials that failed said. */
  readonly failures: ReadonlyMap<string, string>;
}

/**
 * Trains all trials, those that stand there aside; one that was interrupted goes on. A trial that
 * fails does not end the others.
 *
 * @throws {InputError} If a run stands there that was trained with other options.
 */
export async function trainAll(
  { trials, out, values, parallel, train, print }: TrainAllOptions,
): Promise<TrainedTrials> {
  const runs = new Map<string, Run>();
  const failures = new Map<string, string>();
  const wanted = trials.map(({ name, options }) => ({
    name,
    dir: `${out}/${name}`,
    values: { ...values, ...options, out: `${out}/${name}` },
  }));
  const open: typeof wanted = [];
  for (const trial of wanted) {
    if (!await exists(trial.dir)) open.push(trial);
    else {
      print(`${trial.name}: ${trial.dir} stands already`);
      runs.set(trial.name, checked(await readRun(trial.dir), trial.values));
    }
  }
  await inParallel(open, parallel, async ({ name, dir, values }) => {
    const resume = await isInterrupted(dir);
    print(`${name}: ${resume ? "going on with its training" : "training"}`);
    try {
      await train({ ...values, resume });
      const run = await readRun(dir);
      for (const warning of run.manifest.warnings ?? []) print(`${name}: warning: ${warning}`);
      runs.set(name, run);
      print(`${name}: done, ${runs.size} of ${trials.length}`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.set(name, error.message);
      print(`${name}: failed`);
    }
  });
  return { runs, failures };
}

/** Calls a function with each item, so many at a time, in order. */
export async function inParallel<T>(
  items: readonly T[],
  parallel: number,
  call: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await call(item);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, work));
}

/** Neither where a run goes nor how it is computed decides its result. */
const UNCOMPARED = new Set([...OUTPUT_OPTIONS, "engine", "device", "threads"]);

function checked(run: Run, wanted: Readonly<Record<string, unknown>>): Run {
  checkSame(run.manifest.options, wanted, run.dir);
  return run;
}

/**
 * Checks that what stands there was computed with the options that are wanted now.
 *
 * @throws {InputError} If an option that decides the result differs.
 */
export function checkSame(
  before: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  what: string,
): void {
  const other = Object.keys(wanted).find((name) =>
    !UNCOMPARED.has(name) && JSON.stringify(before[name]) !== JSON.stringify(wanted[name])
  );
  if (other === undefined) return;
  throw new InputError(
    `Cannot go on with the study: ${what} was trained with ${other} ${
      JSON.stringify(before[other])
    }, ${JSON.stringify(wanted[other])} is needed; another --out starts anew`,
  );
}
