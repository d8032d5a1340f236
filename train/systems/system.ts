import type * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import type { Examples } from "../../lib/run/examples.ts";
import type { Latents } from "../../lib/run/latents_file.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";
import type { SessionOptions } from "../../lib/runtime/mod.ts";
import type { EpochLog } from "../core/callbacks.ts";
import type { Feed } from "../core/feed.ts";
import type { Step } from "../core/step.ts";
import type { Networks } from "../core/variables.ts";
import type { TrainOptions } from "../core/loop/train.ts";
import type { DataByNeed, Need } from "../data/roles.ts";
import type { Computation, ExportInput } from "../export/free_sizes.ts";

/** What can be trained with `--model`: one file in this folder, one line in `mod.ts`. */
export interface System<O extends OptionTable = OptionTable, N extends Need = Need> {
  /** What it does, in a sentence without a full stop that starts with a verb. */
  readonly description: string;
  /** Its own options. Their defaults stand nowhere else. */
  readonly options: O;
  /** Only with `labels` does it see the labels of the training images. */
  readonly needs: N;
  /** Options of `train` that it has no use for, and why: part of a sentence after its name. */
  readonly ignores?: Readonly<Record<string, string>>;
  /** Defaults in place of those of the options, by the name that `--preset` takes. */
  readonly presets?: Readonly<Record<string, Preset<O>>>;
  /** What the study `search` samples of the options, its own and those of `train`, by name. */
  readonly search?: Readonly<Record<string, Range>>;
  run(data: DataByNeed[N], options: OptionValues<O>, context: Context): Promise<Outcome>;
}

/** Values of options that go together. */
export interface Preset<O extends OptionTable> {
  /** What they are for, part of a sentence. */
  readonly description: string;
  readonly values: Partial<OptionValues<O>>;
}

/** Values of an option that are worth trying. */
export type Range =
  /** Between both, evenly or, with `log`, evenly in their logarithm; `integer` rounds. */
  | {
    readonly low: number;
    readonly high: number;
    readonly log?: boolean;
    readonly integer?: boolean;
  }
  | { readonly choices: readonly (string | number)[] };

/** A system whose `run` gets its data and options typed by what it needs and its table. */
export function defineSystem<const O extends OptionTable, const N extends Need>(
  system: System<O, N>,
): System<O, N> {
  return system;
}

/** What is the same for every system, and what a system can ask for. */
export interface Context {
  readonly seed: number;
  readonly batchSize: number;
  /** The batch size that the user asked for, for systems whose own rule is another. */
  readonly givenBatchSize: number | undefined;
  /** Steps of an epoch of so many images, by the batch size of the training. */
  stepsPerEpoch(count: number): number;
  /** How models run. */
  readonly session: SessionOptions;
  /** The names of labels 0, 1, …, where the classes have names that are no integers. */
  readonly classNames: readonly string[] | undefined;
  /**
   * Shows the layers of all networks, by name in the order in which data passes through them; to be
   * called before training. Their weights are freed at its end.
   *
   * @throws {InputError} If they have more parameters than the user allows.
   */
  checkNetworks(networks: Networks): void;
  /**
   * Tells and keeps values of options that the user left open: chosen from the data.
   *
   * @param options `reason`: what they were chosen by, part of a sentence.
   */
  choose(chosen: Chosen, options?: { reason?: string }): void;
  /** Trains through a phase; its epochs are counted on from the phase before. */
  train(step: Step, feed: Feed, phase: Phase): Promise<readonly EpochLog[]>;
  /** Shows how far work other than training has come. */
  showProgress(unit: string, done: number, total: number): void;
  /** Records a function as ONNX, and compares it with TensorFlow.js on random inputs. */
  export(fn: Computation, options: ExportOptions): Promise<OnnxModel>;
}

/** Values of options by name. */
export type Chosen = Readonly<Record<string, string | number | readonly number[]>>;

/** What a system decides of the loop that trains. */
export interface Phase extends Pick<TrainOptions, "validation" | "batchSize" | "shuffle"> {
  readonly phase: string;
  readonly epochs: number;
  /** Called after each epoch with the networks up to date; not for epochs before a resumed one. */
  readonly afterEpoch?: (log: EpochLog) => Promise<void>;
  /** What `afterEpoch` gathers, by name: a resumed training gets back what it had gathered. */
  readonly kept?: Record<string, NdArray>;
  /** Epochs of the phases after it, for the progress shown. @default {0} */
  readonly epochsAfter?: number;
  /**
   * Ends the phase after so many epochs without a lower validation loss, and gives the networks
   * their weights of the best epoch; 0 never does.
   * @default {0}
   */
  readonly patience?: number;
}

/** Options of {@linkcode Context.export}. */
export interface ExportOptions {
  /** Of the graph. */
  readonly name: string;
  /** What it maps to what, in a sentence without a full stop. */
  readonly description: string;
  /** A first size of `null` is the batch. */
  readonly inputs: Readonly<Record<string, ExportInput>>;
  /** Variables that are no weights of the networks, by their name in the file. @default {{}} */
  readonly constants?: Readonly<Record<string, tf.Tensor>>;
  /** Compare it with TensorFlow.js. @default {true} */
  readonly verify?: boolean;
}

/** What a system gives: all that a run folder holds of it. */
export interface Outcome {
  /** The models by the names of their files, such as `encoder.onnx`. */
  readonly models: Readonly<Record<string, OnnxModel>>;
  readonly metrics: RunMetrics;
  readonly examples: Examples;
  readonly latents?: Latents;
  /** Other files by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** The number of latent variables, where there are any. */
  readonly latentDim?: number;
  /** What the decoder is given beside latent variables, where it takes more than them. */
  readonly condition?: "label" | "part";
  /** The labels that the classifier predicts or the decoder takes, ascending, where one does. */
  readonly classes?: readonly number[];
  /** What the user should know of the result, a sentence each. */
  readonly warnings?: readonly string[];
}
