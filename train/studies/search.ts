import { parseArgs } from "@std/cli/parse-args";
import { Random } from "../../lib/array/random.ts";
import { quantile } from "../../lib/array/stats.ts";
import type { Command, Host } from "../../lib/command/command.ts";
import { formatDuration, formatNumber } from "../../lib/command/progress.ts";
import { exists } from "../../lib/files/out_path.ts";
import { InputError } from "../../lib/input_error.ts";
import { readHistory } from "../../lib/run/history_file.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { checkFree, isInterrupted, partialName } from "../run/partial_run.ts";
import { type SystemName, SYSTEMS } from "../systems/mod.ts";
import type { System } from "../systems/system.ts";
import { keptRows } from "./kept_rows.ts";
import { checkFailures, writeStudy } from "./run_study.ts";
import { rankTrials, searchFiles, type TrialResult } from "./search_report.ts";
import { parseRanges, type Sampled, sampleOptions, type SearchSpace } from "./search_space.ts";
import { studyOptions, trainValues } from "./study_options.ts";
import { checkSame, inParallel, type Train } from "./train_all.ts";
import { CrashError, trainProcess } from "./train_process.ts";
import { platform } from "../../lib/platform/platform.ts";

/** The column of the history that is to be low. */
const SCORE = "valLoss";

const searchOptions = {
  trials: { kind: "integer", description: "Trainings with random options", default: 20, min: 1 },
  ranges: {
    kind: "names",
    placeholder: "OPTION=RANGE,...",
    description:
      "Search these ranges instead of the system's own, such as latent-dim=8:64,learning-rate=1e-4:1e-2:log,network=mlp|conv; a single value fixes an option",
  },
  prune: {
    kind: "boolean",
    description: "End trials whose validation loss is worse than the median of earlier ones",
    default: true,
  },
} as const;

/** The study `search` with the options of one system. */
function searchCommand(system: SystemName): Command {
  const declared: SearchSpace = (SYSTEMS[system] as System).search ?? {};
  const { table, options } = studyOptions("search", {
    system,
    set: Object.keys(declared),
    defaults: {},
  });
  return {
    name: "search",
    task: "study",
    description:
      `Random search over options of a system, by its validation loss (Bergstra and Bengio, 2012; --model ${system})`,
    options: {
      model: { ...table.model, description: "The system to train", default: system } as never,
      ...searchOptions,
      ...options,
    },
    examples: [
      { does: "Sizes of an autoencoder", line: "deno task study search --trials 20 --parallel 2" },
      {
        does: "Your own ranges",
        line:
          "deno task study search --model vae --ranges latent-dim=2:32,learning-rate=1e-4:1e-2:log",
      },
    ],
    async run(values, host) {
      const { out, parallel, trials, ranges = [], prune, seed, validationSplit } = values as Values;
      const space = { ...declared, ...parseRanges(ranges, table) };
      if (Object.keys(space).length === 0) {
        throw new InputError(
          `Cannot search: ${system} declares no ranges, --ranges gives some, such as learning-rate=1e-4:1e-2:log`,
        );
      }
      if (!("validationSplit" in table) || validationSplit === 0) {
        throw new InputError(
          `Cannot search: trials are compared by their validation loss, and ${system} holds no images out${
            validationSplit === 0 ? " with --validation-split 0" : ""
          }`,
        );
      }
      const { results, best } = await runSearch({
        ...{ out, parallel, trials, prune, seed, space },
        values: trainValues(values as Values, { system, table }),
        train: trainProcess,
        print: host.print,
      });
      const title = `Search over options of ${system}`;
      await writeStudy(out, await searchFiles(results, { space, best, title }));
      const [{ trial, options, score }] = rankTrials(results);
      const chosen = Object.entries(options).map(([name, value]) => `${name} ${value}`);
      host.print(`best: trial ${trial}, validation loss ${formatNumber(score)}`);
      host.print(`with ${chosen.join("  ")}`);
      host.print(`its run is kept in ${best}`);
      host.print(`written to ${out}: table.csv, chart.png, report.html, results.json`);
    },
  };
}

interface Values extends Readonly<Record<string, unknown>> {
  readonly out: string;
  readonly parallel: number;
  readonly trials: number;
  readonly ranges?: readonly string[];
  readonly prune: boolean;
  readonly seed: number;
  readonly validationSplit: number | undefined;
}

/** Options of {@linkcode runSearch}. */
export interface RunSearchOptions {
  out: string;
  parallel: number;
  trials: number;
  prune: boolean;
  seed: number;
  space: SearchSpace;
  /** Options of `train` that all trials share. */
  values: Readonly<Record<string, unknown>>;
  train: Train;
  print: Host["print"];
}

/**
 * Runs the trials that have no result in `results.json` yet. Of the runs only the best is kept.
 *
 * @returns The results, and the folder of the best run.
 * @throws {InputError} If other options made what stands there, a trial is being trained, or none ended.
 */
export async function runSearch(
  { out, parallel, trials, prune, seed, space, values, train, print }: RunSearchOptions,
): Promise<{ results: readonly TrialResult[]; best: string }> {
  const kept = await keptRows<TrialResult>(`${out}/results.json`);
  const dirOf = (trial: number) => `${out}/trial-${trial}`;
  const sampled = Array.from(
    { length: trials },
    (_, i) => sampleOptions(space, new Random(seed, `trial ${i + 1}`)),
  );
  for (const { trial, options, shared } of kept.rows) {
    const wanted = { ...values, ...sampled[trial - 1] ?? options };
    checkSame({ ...shared, ...options }, wanted, `trial ${trial} in ${out}`);
  }
  /** Removes all runs with a result but the best. */
  const keepBest = async () => {
    const best = rankTrials(kept.rows)[0]?.trial;
    // A trial that ends meanwhile may be better: it is not in this list.
    for (const trial of kept.rows.map(({ trial }) => trial)) {
      if (trial !== best) await removeFolder(dirOf(trial));
      await removeFolder(partialName(dirOf(trial)));
    }
  };
  const crashes = new Map<string, string>();
  const open = sampled.map((options, i) => ({ trial: i + 1, options }))
    .filter(({ trial }) => kept.rows.every((row) => row.trial !== trial));
  for (const { trial } of open) await checkFree(dirOf(trial));
  await keepBest();
  await inParallel(open, parallel, async ({ trial, options }) => {
    const result = await runTrial(
      { trial, options },
      { dir: dirOf(trial), values, train, prune: prune ? () => kept.rows : undefined },
    ).catch((error) => {
      if (!(error instanceof CrashError)) throw error;
      crashes.set(`trial ${trial}`, error.message);
    });
    if (!result) return print(`trial ${trial}: failed`);
    await kept.add(result);
    await keepBest();
    const { status, score, curve, seconds } = result;
    const loss = score === undefined ? "" : ` ${formatNumber(score)}`;
    print(
      `trial ${trial} of ${trials}: ${status}${loss} after ${curve.length} epochs, ${
        formatDuration(seconds)
      }`,
    );
  });
  checkFailures(crashes, trials);
  const [best] = rankTrials(kept.rows);
  if (best !== undefined) return { results: kept.rows, best: dirOf(best.trial) };
  const messages = [...new Set(kept.rows.map(({ message }) => message))].filter(Boolean);
  throw new InputError(["Cannot search: every trial failed", ...messages].join("\n"));
}

/** Epochs that every trial has, and trials before it that one is compared with. */
const PRUNE_AFTER = { epochs: 2, trials: 4 };

/** Whether a trial is worse than the median of the trials that came as far (as Optuna's median pruner). */
export function isHopeless(
  curve: readonly number[],
  others: readonly Pick<TrialResult, "curve">[],
): boolean {
  const epochs = curve.length;
  const peers = others.filter((other) => other.curve.length >= epochs)
    .map((other) => Math.min(...other.curve.slice(0, epochs)));
  return epochs >= PRUNE_AFTER.epochs && peers.length >= PRUNE_AFTER.trials &&
    Math.min(...curve) > quantile(peers, 0.5);
}

async function runTrial(
  { trial, options }: { trial: number; options: Sampled },
  { dir, values, train, prune }: Pick<RunSearchOptions, "values" | "train"> & {
    dir: string;
    prune: (() => readonly TrialResult[]) | undefined;
  },
): Promise<TrialResult> {
  const started = performance.now();
  const curve: number[] = [];
  let pruned = false;
  const end = (rest: Pick<TrialResult, "status" | "curve" | "score" | "message">) => ({
    ...{ trial, options, shared: values, seconds: (performance.now() - started) / 1000 },
    ...rest,
  });
  try {
    if (!await exists(dir)) {
      const resume = await isInterrupted(dir);
      await train({ ...values, ...options, out: dir, resume }, {
        onEpoch(log) {
          curve.push(Number(log[SCORE]));
          // A resumed trial does not tell of its first epochs: it is trained to the end.
          pruned ||= !resume && prune !== undefined && isHopeless(curve, prune());
          return !pruned;
        },
      });
    }
  } catch (error) {
    if (!(error instanceof InputError) || error instanceof CrashError) throw error;
    return end({ status: "failed", curve, message: error.message });
  }
  // A trial that ended before it could be stopped is whole.
  if (pruned && !await exists(dir)) return end({ status: "pruned", curve });
  const run = await readRun(dir);
  const losses = (await readHistory(run)).map(({ values }) => values.get(SCORE)!);
  if (!losses.every(Number.isFinite)) {
    return end({ status: "failed", curve: [], message: `its history has no ${SCORE}` });
  }
  const score = run.manifest.stoppedEarly ? Math.min(...losses) : losses.at(-1)!;
  return end({ status: "done", curve: losses, score });
}

async function removeFolder(path: string): Promise<void> {
  if (await exists(path)) await platform.remove(path, { recursive: true });
}

/** The study `search`; its options are those of the system that `--model` names. */
export const search: Command = {
  ...searchCommand("autoencoder"),
  select(args) {
    const { model } = parseArgs([...args], { string: ["model"] });
    const names = Object.keys(SYSTEMS) as SystemName[];
    return searchCommand(names.find((name) => name === model) ?? "autoencoder");
  },
};
