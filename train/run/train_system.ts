import { optionDefaults, type OptionTable, type OptionValues } from "../../lib/command/flags.ts";
import { checkValues } from "../../lib/command/flag_values.ts";
import { InputError } from "../../lib/input_error.ts";
import { encodeModel, type Model as OnnxModel } from "../../lib/onnx/mod.ts";
import type { SessionOptions } from "../../lib/runtime/mod.ts";
import { VERSION } from "../../lib/version.ts";
import { earlyStopping, type EpochLog } from "../core/callbacks.ts";
import { openCheckpoint, phaseVariables } from "../core/checkpoint.ts";
import { inputSpecs } from "../core/engines/evaluate.ts";
import {
  checkTraining,
  countExamples,
  examplesOf,
  rememberExamples,
  stepsOf,
} from "../core/feed.ts";
import { DivergenceError, train } from "../core/loop/train.ts";
import { namedVariables, type Networks, owningVariables } from "../core/variables.ts";
import type { DataByNeed, Need } from "../data/roles.ts";
import { EXPORT_TOLERANCE, exportFunction } from "../export/export_function.ts";
import { countParameters, type LayerRow, layerRows } from "../networks/layer_table.ts";
import { describeInput } from "./describe_input.ts";
import { differsWarning, trainingWarnings } from "./training_warnings.ts";
import { fitBatchSize } from "../systems/fit_to_data.ts";
import type { Chosen, Context, ExportOptions, Outcome, System } from "../systems/system.ts";
import { useBackend } from "../tfjs/backends.ts";
import type { TrainSystemOptions } from "./train_system_options.ts";

/** A trained system, with what its run folder says of the training. */
export interface Trained extends Outcome {
  readonly history: readonly EpochLog[];
  readonly layers: readonly LayerRow[];
  /** The engine that ran the steps and its device, such as `onnx (cpu)`. */
  readonly engine: string;
  /** Whether training ended before its epochs did. */
  readonly stoppedEarly: boolean;
  /** Options that were chosen from the data. */
  readonly chosen: Chosen;
  /** The greatest difference of each graph from TensorFlow.js, by the name of its file. */
  readonly exportCheck: Readonly<Record<string, number>>;
}

/**
 * Trains a system on data, exports its models and scores them. Variables that are created meanwhile
 * are disposed of at its end.
 *
 * @param options Of the system itself; what is not given has the default of its table.
 * @throws {InputError} If the networks have more parameters than `maxParams`, or the data does not do.
 */
export async function trainSystem<O extends OptionTable, N extends Need>(
  system: System<O, N>,
  data: DataByNeed[N],
  { options = {}, ...common }: TrainSystemOptions & { options?: Partial<OptionValues<O>> } = {},
): Promise<Trained> {
  const images = "images" in data.train ? data.train.images : data.train;
  const [count, height, width, channels] = images.shape;
  const fitting = fitBatchSize({ count, imageShape: [height, width, channels] });
  const training = new Training({ ...common, metadata: describeInput(images, common) }, fitting);
  await training.useBackend();
  const values = checkValues(system.options, { ...optionDefaults(system.options), ...options });
  checkTraining(common);
  const outcome = await owningVariables(() => system.run(data, values, training));
  const { warnings, ...record } = training.record(Object.keys(system.options));
  return { ...outcome, ...record, warnings: [...warnings, ...outcome.warnings ?? []] };
}

/** The context of one training, and what it writes down about it. */
class Training implements Context {
  readonly seed: number;
  readonly batchSize: number;
  readonly givenBatchSize: number | undefined;
  readonly dropRemainder: boolean;
  readonly session: SessionOptions;
  readonly classNames: readonly string[] | undefined;
  readonly #options: TrainSystemOptions;
  readonly #history: EpochLog[] = [];
  readonly #exportCheck: Record<string, number> = {};
  #chosen: Chosen = {};
  #networks: Networks = {};
  #layers: LayerRow[] = [];
  #engine = "";
  #stoppedEarly = false;
  #phases = 0;
  #steps = 0;
  readonly #warnings: string[] = [];

  constructor(options: TrainSystemOptions, fittingBatch: number) {
    const { seed = 0, batchSize = fittingBatch, session = {}, classNames } = options;
    this.#options = options;
    this.seed = seed;
    this.batchSize = batchSize;
    this.givenBatchSize = options.batchSize;
    this.dropRemainder = options.dropRemainder ?? true;
    this.session = session;
    this.classNames = classNames;
  }

  stepsPerEpoch(count: number): number {
    return stepsOf(count, this);
  }

  async useBackend(): Promise<void> {
    const { engine, backend = "cpu" } = this.#options;
    await useBackend(engine === "tfjs" ? backend : "cpu", { threads: this.session.threads ?? 0 });
  }

  choose(chosen: Chosen, { reason }: { reason?: string } = {}): void {
    const isFirst = Object.keys(this.#chosen).length === 0 && !this.#options.batchSize;
    const all = isFirst ? { batchSize: this.batchSize, ...chosen } : chosen;
    this.#chosen = { ...this.#chosen, ...all };
    if (Object.keys(all).length > 0) this.#options.onChosen?.(all, reason);
  }

  checkNetworks(networks: Networks): void {
    const { maxParams = Infinity, onLayers } = this.#options;
    this.#networks = networks;
    this.#layers = layerRows(networks);
    onLayers?.(this.#layers);
    const parameters = countParameters(this.#layers);
    if (parameters > maxParams) {
      throw new InputError(
        `Cannot train: the networks have ${parameters} parameters, at most ${maxParams} are allowed`,
      );
    }
  }

  async train(
    ...[step, given, { epochsAfter = 0, patience = 0, ...phase }]: Parameters<Context["train"]>
  ): Promise<readonly EpochLog[]> {
    const { engine = "onnx", native, onProgress, onEpochEnd, partial } = this.#options;
    const weights = namedVariables(this.#networks);
    const stopping = patience > 0 ? [earlyStopping(weights, { patience })] : [];
    const epochsBefore = this.#history.at(-1)?.epoch ?? 0;
    const feed = rememberExamples(given);
    const batchSize = phase.batchSize ?? this.batchSize;
    const first = () => examplesOf(feed, epochsBefore + 1);
    const { dropRemainder } = this;
    const stepsPerEpoch = stepsOf(countExamples(first()), { batchSize, dropRemainder });
    const inputs = inputSpecs({ ...feed, examples: first() }, batchSize);
    const checkpoint = partial && await openCheckpoint(partial.checkpoint(++this.#phases), {
      ...phaseVariables(this.#networks, step, inputs),
      ...stopping[0]?.variables,
    }, { kept: phase.kept, share: partial.share });
    const resume = checkpoint?.history ?? [];
    await this.#options.onPhase?.(step, feed, { ...phase, batchSize, epoch: epochsBefore + 1 });
    this.#history.push(...resume);
    try {
      const logs = await train(step, feed, {
        ...this.session,
        batchSize,
        dropRemainder,
        ...phase,
        engine,
        native,
        seed: this.seed,
        epochsBefore,
        resume,
        callbacks: [
          ...stopping,
          async (log) => {
            this.#history.push(log);
            await phase.afterEpoch?.(log);
            await checkpoint?.save(log);
            partial?.keep();
            onEpochEnd?.(log);
          },
        ],
        onProgress: (progress) =>
          onProgress?.({ ...progress, epochs: progress.epochs + epochsAfter }),
        onEngine: (description) => this.#engine = description,
      });
      this.#stoppedEarly ||= logs.length < phase.epochs;
      return logs;
    } catch (error) {
      if (!(error instanceof DivergenceError) || !checkpoint || !this.#history.length) throw error;
      // What the epochs before reached is worth more than nothing.
      this.#history.splice(epochsBefore + await checkpoint.goBack());
      await stopping[0]?.onEnd?.();
      this.#stoppedEarly = true;
      this.#warnings.push(
        `${error.message}; the models are those of epoch ${this.#history.length}`,
      );
      return this.#history.slice(epochsBefore);
    } finally {
      this.#steps += stepsPerEpoch * ((this.#history.at(-1)?.epoch ?? 0) - epochsBefore);
    }
  }

  showProgress(unit: string, done: number, total: number): void {
    this.#options.onWork?.(unit, done, total);
  }

  async export(
    fn: Parameters<Context["export"]>[0],
    { name, description, inputs, constants = {}, verify = true }: ExportOptions,
  ): Promise<OnnxModel> {
    const { model, difference } = await exportFunction(fn, {
      name,
      description,
      inputs,
      parameters: { ...constants, ...namedVariables(this.#networks) },
      metadata: { glimpse: VERSION, seed: String(this.seed), ...this.#options.metadata },
      verify,
      // A trained model is worth more than none: a greater difference is said, not thrown.
      tolerance: Infinity,
    });
    if (!verify) return model;
    const file = `${name}.onnx`;
    if (difference > EXPORT_TOLERANCE) this.#warnings.push(differsWarning(file, difference));
    this.#exportCheck[file] = difference;
    // What follows may fail: a model that is trained is kept at once.
    await this.#options.partial?.addModel(file, encodeModel(model));
    return model;
  }

  record(remedies: readonly string[]) {
    const read = trainingWarnings(this.#history, { steps: this.#steps, remedies });
    return {
      warnings: [...this.#warnings, ...read],
      history: this.#history,
      layers: this.#layers,
      // A training that was resumed after its last epoch opened no engine.
      engine: this.#engine || `${this.#options.engine ?? "onnx"} (resumed)`,
      stoppedEarly: this.#stoppedEarly,
      chosen: this.#chosen,
      exportCheck: this.#exportCheck,
    };
  }
}
