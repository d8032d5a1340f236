import { parseArgs } from "@std/cli/parse-args";
import { type Command, type Host, runCommand, writeLine } from "../lib/command/command.ts";
import { PROCESS } from "../lib/command/process.ts";
import { flagName, pickOptions } from "../lib/command/flags.ts";
import { formatDuration, formatNumber, Progress } from "../lib/command/progress.ts";
import { dataOptions } from "./data/options.ts";
import { EXAMPLES } from "./examples.ts";
import { formatLayers } from "./networks/layer_table.ts";
import { trainOptions } from "./run/options.ts";
import { formatNext, formatScores, wordsOf } from "./run/format_scores.ts";
import { commonDefaults, defaultSystem, optionsOf } from "./run/run_options.ts";
import { trainInto, type TrainListeners } from "./run/train_into.ts";
import { checkNotIgnored, checkUsed } from "./run/unused_options.ts";
import { type SystemName, SYSTEMS } from "./systems/mod.ts";

/** The command `train` with the options of one system, and the defaults of a preset. */
function trainCommand(name: SystemName, preset?: string): Command {
  return {
    name: "train",
    description: `${SYSTEMS[name].description} (--model ${name})`,
    options: optionsOf(name, preset),
    examples: EXAMPLES[name] ?? [],
    run: (values, host) => runTrain(name, values as Values, host),
  };
}

type Values = Readonly<Record<string, unknown>>;

async function runTrain(name: SystemName, values: Values, given: Host): Promise<void> {
  const started = performance.now();
  checkUsed(given.args, values, commonDefaults(name));
  const { json } = pickOptions(values, trainOptions);
  const host: Host = json ? { ...given, print: (line) => writeLine(given, line) } : given;
  const { dir, trained, warnings, profile } = await trainInto(name, values, {
    host,
    ...listeners(host, json),
  });
  for (const line of formatScores(trained.metrics)) host.print(line);
  for (const warning of warnings) host.print(`warning: ${warning}`);
  host.print(`written to ${dir} in ${formatDuration((performance.now() - started) / 1000)}`);
  for (const line of formatNext(dir, trained)) host.print(line);
  if (json) {
    const { metrics, history, warnings = [] } = trained;
    given.print(JSON.stringify({ run: dir, metrics, lastEpoch: history.at(-1), warnings }));
  }
  for (const line of profile) host.print(line);
}

/** Epochs that have a line each; of more only some have one. */
const MAX_LINES = 40;

/** What shows how training goes. */
function listeners(host: Host, json: boolean): TrainListeners {
  let total = 0;
  let started = performance.now();
  const progress = new Progress(host.status);
  return {
    onChosen(chosen, reason) {
      const flags = Object.entries(chosen).map(([name, value]) => `${flagName(name)} ${value}`);
      const why = reason === undefined ? "" : ` (${reason})`;
      progress.clear();
      host.print(`chosen from the data: ${flags.join(" ")}${why}`);
    },
    onLayers(layers) {
      for (const line of formatLayers(layers)) host.print(line);
      started = performance.now();
    },
    onProgress({ epoch, epochs, step, steps, batchSize, loss }) {
      total = epochs;
      progress.update({
        unit: "images",
        label: `epoch ${epoch}/${total}`,
        done: ((epoch - 1) * steps + step) * batchSize,
        total: total * steps * batchSize,
        seconds: (performance.now() - started) / 1000,
        values: { loss },
      });
    },
    onWork(unit, done, total) {
      if (done === 0) started = performance.now();
      const seconds = (performance.now() - started) / 1000;
      progress.update({ unit, label: unit, done, total, seconds, values: {} });
      if (done === total) progress.clear();
    },
    onEpochEnd(log) {
      if (json) return progress.line(JSON.stringify(log));
      const { epoch, phase: _phase, learningRate: _rate, imagesPerSecond, ...losses } = log;
      if (epoch % Math.ceil(total / MAX_LINES) !== 0 && epoch !== total) return;
      // The parts of a validation loss are in the report: a line has room for its total.
      const shown = Object.entries(losses).filter(([name]) => !/^val(?!Loss|Accuracy)/.test(name));
      progress.line([
        `epoch ${epoch}/${total}`,
        ...shown.map(([name, value]) => `${wordsOf(name)} ${formatNumber(Number(value))}`),
        `${Math.round(Number(imagesPerSecond))} images/s`,
      ].join("  "));
    },
  };
}

/** The command of what the arguments name; for a wrong name the default one, whose flags reject it. */
function commandOf(args: readonly string[]): Command {
  const { model, preset, train = dataOptions.train.default } = parseArgs([...args], {
    string: ["model", "preset", "train"],
  });
  const names = Object.keys(SYSTEMS) as SystemName[];
  const name = names.find((name) => name === model) ?? defaultSystem(String(train));
  checkNotIgnored(args, SYSTEMS[name], name);
  return trainCommand(name, String(preset ?? ""));
}

export const program: Command = {
  ...trainCommand(defaultSystem(dataOptions.train.default)),
  select: commandOf,
};

if (import.meta.main) await runCommand(program, PROCESS);
