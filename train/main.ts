import { dirname } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { type Command, type Host, runCommand, writeLine } from "../lib/command/command.ts";
import { PROCESS } from "../lib/command/process.ts";
import type { NdArray } from "../lib/array/ndarray.ts";
import { flagName, optionDefaults, type OptionTable, pickOptions } from "../lib/command/flags.ts";
import { formatDuration, formatNumber, Progress } from "../lib/command/progress.ts";
import { withDevice } from "../lib/command/with_device.ts";
import type { RunDescription } from "../lib/run/manifest.ts";
import { checkOut } from "../lib/run/run_folder.ts";
import { useDisk } from "../lib/runtime/disk_memory.ts";
import type { SessionOptions } from "../lib/runtime/mod.ts";
import { prepareNative } from "./core/engines/native.ts";
import { chooseEngine, type ChosenEngine } from "./core/engines/choose_engine.ts";
import { dataOptions, needOptions } from "./data/options.ts";
import { prepareData, type PreparedData, type PrepareValues } from "./data/prepare_data.ts";
import type { Need } from "./data/roles.ts";
import { EXAMPLES } from "./examples.ts";
import { formatLayers } from "./networks/layer_table.ts";
import { trainOptions, type TrainValues } from "./options.ts";
import { formatNext, formatScores, wordsOf } from "./run/format_scores.ts";
import { trainSystem, type TrainSystemOptions } from "./run/train_system.ts";
import { freeName } from "./run/free_name.ts";
import { checkPartial, openPartial } from "./run/partial_run.ts";
import { inPartial } from "./run/in_partial.ts";
import { addReport, hashOf, writeTrained } from "./run/write_trained.ts";
import { checkNotIgnored, checkUsed } from "./run/unused_options.ts";
import { type SystemName, SYSTEMS } from "./systems/mod.ts";
import type { System } from "./systems/system.ts";

/** The command `train` with the options of one system. */
function trainCommand(name: SystemName): Command {
  const system: System = SYSTEMS[name];
  const tables = [dataOptions, needOptions[system.needs], system.options, trainOptions];
  const all: OptionTable = Object.assign({}, ...tables);
  const ignored = Object.keys(system.ignores ?? {});
  return {
    name: "train",
    description: `${system.description} (--model ${name})`,
    options: Object.fromEntries(Object.entries(all).filter(([key]) => !ignored.includes(key))),
    examples: EXAMPLES[name] ?? [],
    run: (values, host) => runTrain(name, system, { values: values as Values, host }),
  };
}

type Values = Readonly<Record<string, unknown>>;

async function runTrain<O extends OptionTable, N extends Need>(
  name: SystemName,
  system: System<O, N>,
  { values, host: given }: { values: Values; host: Host },
): Promise<void> {
  const started = performance.now();
  const defaults = optionDefaults({
    ...dataOptions,
    ...needOptions[system.needs],
    ...trainOptions,
  });
  checkUsed(given.args, values, defaults);
  const common = pickOptions(values, trainOptions);
  const host: Host = common.json ? { ...given, print: (line) => writeLine(given, line) } : given;
  const dataValues = {
    // A system that has no use for held-out images is given all.
    ...pickOptions({ ...defaults, validationSplit: 0, ...values }, dataOptions),
    ...pickOptions(values, needOptions[system.needs]),
    seed: common.seed,
  } as PrepareValues<N>;
  const options = pickOptions(values, system.options);
  const out = common.out ?? freeName(dataValues.train, common);
  await checkOut(out, common);
  await checkPartial(out, common);
  const folder = dirname(out);
  using _ = useDisk(folder, {
    onUse: () => host.print(`the images are kept on disk in "${folder}" while it trains`),
  });
  const profile = await withDevice(common, host.status, async (session) => {
    // A device that auto has found is what ONNX Runtime is for.
    const device = session.device === "cpu" ? common.device : session.device;
    const engine = await chooseEngine(common.engine, { device });
    if (engine.reason !== undefined) host.print(`engine ${engine.name}: ${engine.reason}`);
    if (common.model === undefined && name !== "vae") {
      host.print(
        `--model ${name}, the default for images of your own; --model vae is the other way`,
      );
    }
    host.print(`reading ${dataValues.train}`);
    const compiling = engine.name === "native" ? prepareNative() : undefined;
    const prepared = await prepareData(system.needs, dataValues).finally(() => compiling);
    for (const warning of prepared.warnings) host.print(`warning: ${warning}`);
    host.print(describeData(prepared));
    const recorded = recordedOptions({
      ...values,
      model: name,
      engine: engine.name,
      device: session.device,
    });
    const trained = await inPartial(
      await openPartial(
        out,
        { system: name, data: hashOf(prepared.data), options: recorded },
        common,
      ),
      { out, host },
      async (partial) => {
        const trained = await trainSystem(system, prepared.data, {
          options,
          ...trainingOptions(common, { engine, session, host }),
          classNames: prepared.classNames,
          metadata: { model: name },
          partial,
        });
        await writeTrained(out, trained, {
          system: name,
          prepared,
          seed: common.seed,
          options: recorded,
          command: ["deno", "task", host.task ?? "train", ...host.args],
          force: common.force,
        });
        return trained;
      },
    );
    const failures = await addReport(out, { session });
    for (const line of formatScores(trained.metrics)) host.print(line);
    for (const warning of [...trained.warnings ?? [], ...failures]) {
      host.print(`warning: ${warning}`);
    }
    host.print(`written to ${out} in ${formatDuration((performance.now() - started) / 1000)}`);
    for (const line of formatNext(out, trained)) host.print(line);
    if (common.json) {
      const { metrics, history, warnings = [] } = trained;
      given.print(JSON.stringify({ run: out, metrics, lastEpoch: history.at(-1), warnings }));
    }
    return [];
  });
  for (const line of profile) host.print(line);
}

/** Epochs that have a line each; of more only some have one. */
const MAX_LINES = 40;

/** What every system is trained with, and what shows how training goes. */
function trainingOptions(
  { batchSize, seed, backend, maxParams, keepC, json, engine: choice }: TrainValues,
  { engine, session, host }: { engine: ChosenEngine; session: SessionOptions; host: Host },
): TrainSystemOptions {
  const fallBacks = new Set<string>();
  let total = 0;
  let started = performance.now();
  const progress = new Progress(host.status);
  return {
    batchSize,
    seed,
    engine: engine.name,
    native: {
      keepC,
      onFallBack: choice !== "auto" ? undefined : (reason) => {
        if (!fallBacks.has(reason)) host.print(`engine onnx: native is not used. ${reason}`);
        fallBacks.add(reason);
      },
    },
    backend,
    session,
    maxParams,
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

function describeData({ data }: PreparedData<Need>): string {
  const count = (images: { shape: readonly number[] } | { images: NdArray }) =>
    "images" in images ? images.images.shape[0] : images.shape[0];
  const hasLabels = "images" in data.train && data.train.labels !== undefined;
  return [
    `${count(data.train)} images to train on${hasLabels ? "" : " without labels"}`,
    ...data.validation ? [`${count(data.validation)} held out`] : [],
    ..."labelled" in data ? [`${count(data.labelled)} labelled`] : [],
    ...data.test ? [`${count(data.test)} to test on`] : [],
  ].join(", ");
}

/** The options that decide the result, as the manifest keeps them. */
function recordedOptions(values: Values): RunDescription["options"] {
  const { force: _f, json: _j, out: _o, profile: _p, resume: _r, ...options } = values;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as RunDescription["options"];
}

/** The system of images that `--model` says nothing of: `vae` is for the example. */
function defaultSystem(train: string): SystemName {
  return train === dataOptions.train.default ? "vae" : "few-labels";
}

/** The command of what the arguments name; for a wrong name the default one, whose flags reject it. */
function commandOf(args: readonly string[]): Command {
  const { model, train = dataOptions.train.default } = parseArgs([...args], {
    string: ["model", "train"],
  });
  const names = Object.keys(SYSTEMS) as SystemName[];
  const name = names.find((name) => name === model) ?? defaultSystem(String(train));
  checkNotIgnored(args, SYSTEMS[name], name);
  return trainCommand(name);
}

export const program: Command = {
  ...trainCommand(defaultSystem(dataOptions.train.default)),
  select: commandOf,
};

if (import.meta.main) await runCommand(program, PROCESS);
