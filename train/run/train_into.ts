import { dirname } from "node:path";
import type { NdArray } from "../../lib/array/ndarray.ts";
import type { Host } from "../../lib/command/command.ts";
import { pickOptions } from "../../lib/command/flags.ts";
import { withDevice } from "../../lib/command/with_device.ts";
import type { RunDescription } from "../../lib/run/manifest.ts";
import { checkOut } from "../../lib/run/run_folder.ts";
import { useDisk } from "../../lib/runtime/disk_memory.ts";
import { chooseEngine } from "../core/engines/choose_engine.ts";
import { prepareNative } from "../core/engines/native.ts";
import { dataOptions, needOptions } from "../data/options.ts";
import { prepareData, type PreparedData, type PrepareValues } from "../data/prepare_data.ts";
import type { Need } from "../data/roles.ts";
import { OUTPUT_OPTIONS, trainOptions, type TrainValues } from "./options.ts";
import { type SystemName, SYSTEMS } from "../systems/mod.ts";
import type { System } from "../systems/system.ts";
import { freeName } from "./free_name.ts";
import { inPartial } from "./in_partial.ts";
import { checkPartial, openPartial } from "./partial_run.ts";
import { commonDefaults } from "./run_options.ts";
import { type Trained, trainSystem } from "./train_system.ts";
import type { TrainSystemOptions } from "./train_system_options.ts";
import { addReport, hashOf, writeTrained } from "./write_trained.ts";
import { writeTraining } from "./write_training.ts";

type Values = Readonly<Record<string, unknown>>;

/** What is told while a run is trained. */
export type TrainListeners = Pick<
  TrainSystemOptions,
  "onChosen" | "onLayers" | "onProgress" | "onEpochEnd" | "onWork"
>;

/** A run that was trained and written. */
export interface TrainedRun {
  /** The path of its folder. */
  readonly dir: string;
  readonly system: SystemName;
  readonly trained: Trained;
  /** What to know of the result and of its report, a sentence each. */
  readonly warnings: readonly string[];
  /** The operations that took longest, in lines; empty without `profile`. */
  readonly profile: readonly string[];
}

/**
 * Trains with the values of {@linkcode optionsOf} and writes the run folder.
 *
 * @param options.host Is told what the command prints.
 */
export async function trainInto(
  name: SystemName,
  values: Values,
  { host, ...listeners }: TrainListeners & { host: Host },
): Promise<TrainedRun> {
  const system: System = SYSTEMS[name];
  const common = pickOptions(values, trainOptions);
  const dataValues = {
    // A system that has no use for held-out images is given all.
    ...pickOptions({ ...commonDefaults(name), validationSplit: 0, ...values }, dataOptions),
    ...pickOptions(values, needOptions[system.needs]),
    seed: common.seed,
  } as PrepareValues<Need>;
  const dir = common.out ?? freeName(dataValues.train, common);
  await checkOut(dir, common);
  await checkPartial(dir, common);
  const folder = dirname(dir);
  using _ = useDisk(folder, {
    onUse: () => host.print(`the images are kept on disk in "${folder}" while it trains`),
  });
  let result: Omit<TrainedRun, "profile"> | undefined;
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
    const options = recordedOptions({
      ...values,
      model: name,
      engine: engine.name,
      device: session.device,
    });
    const description = { system: name, data: hashOf(prepared.data), options };
    const partial = await openPartial(dir, description, common);
    const trained = await inPartial(partial, { out: dir, host }, async (partial) => {
      const trained = await trainSystem(system, prepared.data, {
        options: pickOptions(values, system.options),
        batchSize: common.batchSize,
        dropRemainder: common.dropRemainder,
        seed: common.seed,
        backend: common.backend,
        maxParams: common.maxParams,
        engine: engine.name,
        native: { keepC: common.keepC, onFallBack: fallBack(common, host) },
        onPhase: common.exportTraining === undefined
          ? undefined
          : writeTraining(common.exportTraining, common.seed),
        session,
        ...listeners,
        classNames: prepared.classNames,
        metadata: { model: name },
        partial,
      });
      await writeTrained(dir, trained, {
        system: name,
        prepared,
        seed: common.seed,
        options,
        command: [...`deno task ${host.task ?? "train"}`.split(" "), ...host.args],
        force: common.force,
      });
      return trained;
    });
    const failures = await addReport(dir, { session });
    result = { dir, system: name, trained, warnings: [...trained.warnings ?? [], ...failures] };
    return [];
  });
  return { ...result!, profile };
}

/** Tells once of each reason why a step is not compiled, unless `native` was asked for. */
function fallBack(
  { engine }: TrainValues,
  host: Host,
): ((reason: string) => void) | undefined {
  if (engine !== "auto") return undefined;
  const told = new Set<string>();
  return (reason) => {
    if (!told.has(reason)) host.print(`engine onnx: native is not used. ${reason}`);
    told.add(reason);
  };
}

function describeData({ data }: PreparedData<Need>): string {
  const count = (images: { shape: readonly number[] } | { images: NdArray }) =>
    "images" in images ? images.images.shape[0] : images.shape[0];
  const hasLabels = "images" in data.train && data.train.labels !== undefined;
  return [
    `${count(data.train)} images to train on${hasLabels ? "" : " without labels"}`,
    ...data.validation ? [`${count(data.validation)} held out`] : [],
    ..."labelled" in data ? [`${count(data.labelled) || "none"} labelled`] : [],
    ...data.test ? [`${count(data.test)} to test on`] : [],
  ].join(", ");
}

/** The options that decide the result, as the manifest keeps them. */
function recordedOptions(values: Values): RunDescription["options"] {
  const given = Object.entries(values)
    .filter(([name, value]) => value !== undefined && !OUTPUT_OPTIONS.includes(name));
  return Object.fromEntries(given) as RunDescription["options"];
}
