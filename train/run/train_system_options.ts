import type { SessionOptions } from "../../lib/runtime/mod.ts";
import type { EpochLog, Progress } from "../core/callbacks.ts";
import type { EngineOptions } from "../core/engines/engine.ts";
import type { EngineName } from "../core/engines/mod.ts";
import type { LayerRow } from "../networks/layer_table.ts";
import type { Chosen } from "../systems/system.ts";
import type { PartialRun } from "./partial_run.ts";
import type { PhaseListener } from "./write_training.ts";

/** What is the same for every system. */
export interface TrainSystemOptions extends Pick<EngineOptions, "native">, PhaseListener {
  /** @default {128, and less for fewer than 512 images} */
  batchSize?: number | undefined;
  /** Leave out of each epoch the images that do not fill the last batch. @default {true} */
  dropRemainder?: boolean;
  /** Of weights, noise, order of the images and samples. @default {0} */
  seed?: number;
  /** @default {"onnx"} */
  engine?: EngineName;
  /** The TensorFlow.js backend of the engine `tfjs`. @default {"cpu"} */
  backend?: string;
  /** How models run. @default {{}} */
  session?: SessionOptions;
  /** The most parameters that the networks may have. @default {Infinity} */
  maxParams?: number | undefined;
  /** The names of labels 0, 1, …, where they have names. */
  classNames?: readonly string[] | undefined;
  /** What the ONNX files say of themselves. @default {{}} */
  metadata?: Readonly<Record<string, string>>;
  /** Called with options that were chosen from the data, and what decided. */
  onChosen?: (chosen: Chosen, reason?: string) => void;
  /** Where it keeps what it has reached, and goes on from; nowhere by default. */
  partial?: PartialRun | undefined;
  /** Called before training. */
  onLayers?: (layers: readonly LayerRow[]) => void;
  /** Called after each chunk of steps. */
  onProgress?: (progress: Progress) => void;
  /** Called after each epoch. */
  onEpochEnd?: (log: EpochLog) => void;
  /** Called as other work goes on. */
  onWork?: (unit: string, done: number, total: number) => void;
}
