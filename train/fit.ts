import type { Images } from "../lib/data/mod.ts";
import { InputError } from "../lib/input_error.ts";
import { Random } from "../lib/random.ts";
import { type EngineName, ENGINES } from "./engines/mod.ts";
import type { Engine, StepLosses } from "./engines/engine.ts";
import type { Model } from "./models/model.ts";
import { trainableVariables } from "./models/model.ts";
import { adam } from "./optimizers.ts";
import { Chunks } from "./chunks.ts";
import type { ScheduleName } from "./schedules.ts";

/** Options for {@linkcode fit}. */
export interface FitOptions {
  /** @default {8} */
  epochs?: number;
  /** @default {128} */
  batchSize?: number;
  /** @default {1e-3} */
  learningRate?: number;
  /** @default {"constant"} */
  schedule?: ScheduleName;
  /** The weight of the KL divergence. @default {1} */
  beta?: number;
  /** Epochs over which `beta` rises from 0. @default {0} */
  warmupEpochs?: number;
  /** Of the order of the images and the noise. @default {0} */
  seed?: number;
  /** @default {"onnx"} */
  engine?: EngineName;
  /** Threads that one operation may use; 0 takes every core. @default {0} */
  threads?: number;
  /** Images to compute the validation losses on after each epoch; not trained on. */
  validation?: Images;
  /**
   * Stops when the validation loss has not fallen for so many epochs; 0 never does.
   *
   * @default {0}
   */
  patience?: number;
  /** Called after each chunk of steps. */
  onProgress?: (progress: Progress) => void;
  /** Called after each epoch. */
  onEpochEnd?: (log: EpochLog) => void;
}

/** How far training has come. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this epoch that are done. */
  readonly step: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
}

/** The losses of an epoch, in nats an image: averages over its steps, and over the validation. */
export interface EpochLog {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly reconstructionLoss: number;
  readonly klLoss: number;
  /** With the KL divergence at weight 1, whatever beta is: the negative ELBO. */
  readonly valLoss?: number;
  readonly valReconstructionLoss?: number;
  readonly valKlLoss?: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
}

/** What {@linkcode fit} did. */
export interface History {
  readonly engine: string;
  readonly epochs: readonly EpochLog[];
  /** Whether `patience` ended it. */
  readonly stoppedEarly: boolean;
}

/** The defaults of {@linkcode FitOptions}. */
const FIT_DEFAULTS = {
  epochs: 8,
  batchSize: 128,
  learningRate: 1e-3,
  schedule: "constant",
  beta: 1,
  warmupEpochs: 0,
  seed: 0,
  engine: "onnx",
  threads: 0,
  patience: 0,
} as const satisfies FitOptions;

/**
 * Trains a model on images. There is no place for labels here.
 *
 * @throws {InputError} If there are fewer images than one batch holds.
 * @throws {InputError} If the loss is no longer a number.
 */
export async function fit(
  model: Model,
  images: Images,
  options: FitOptions = {},
): Promise<History> {
  const settings = { ...FIT_DEFAULTS, ...options };
  const { epochs, batchSize, seed, threads, validation } = settings;
  if (images.count < batchSize) {
    throw new InputError(
      `Cannot train: there are ${images.count} images, a batch of ${batchSize} needs at least as many`,
    );
  }
  const chunks = new Chunks({
    ...settings,
    imageCount: images.count,
    latentDim: model.latentDim,
  });
  const validationNoise = validation &&
    new Random(seed, "validation").normals(validation.count * model.latentDim);
  const optimizer = adam(trainableVariables(model));
  const engine = await ENGINES[settings.engine]({ model, optimizer, images, batchSize, threads });
  const patience = new Patience(settings.patience);
  const logs: EpochLog[] = [];
  try {
    while (logs.length < epochs && !patience.isOver) {
      const epoch = logs.length + 1;
      const learningRate = chunks.learningRate((epoch - 1) * chunks.stepsPerEpoch);
      const losses = await trainEpoch(engine, chunks, { ...settings, epoch });
      const log = {
        epoch,
        ...losses,
        ...await validationLosses(engine, validation, validationNoise),
        learningRate,
      };
      logs.push(log);
      patience.watch(log.valLoss ?? log.loss);
      options.onEpochEnd?.(log);
    }
    await engine.sync();
  } finally {
    await engine.dispose();
    optimizer.dispose();
  }
  return { engine: engine.description, epochs: logs, stoppedEarly: logs.length < epochs };
}

async function trainEpoch(
  engine: Engine,
  chunks: Chunks,
  { epoch, epochs, batchSize, learningRate, onProgress }:
    & Required<Pick<FitOptions, "epochs" | "batchSize" | "learningRate">>
    & Pick<FitOptions, "onProgress">
    & { epoch: number },
): Promise<Pick<EpochLog, "loss" | "reconstructionLoss" | "klLoss" | "imagesPerSecond">> {
  const started = performance.now();
  const steps = chunks.stepsPerEpoch;
  const mean = new RunningMean();
  for (const chunk of chunks.nextEpoch()) {
    mean.add(await engine.train(chunk));
    const { count: step, loss } = mean;
    if (!Number.isFinite(loss)) {
      throw new InputError(
        `Cannot go on training: the loss is ${loss} in epoch ${epoch}, try a smaller learning rate than ${learningRate}`,
      );
    }
    onProgress?.({ epoch, epochs, step, steps, batchSize, loss });
  }
  const { loss, reconstructionLoss, klLoss } = mean;
  const seconds = (performance.now() - started) / 1000;
  return { loss, reconstructionLoss, klLoss, imagesPerSecond: steps * batchSize / seconds };
}

async function validationLosses(
  engine: Engine,
  images: Images | undefined,
  epsilon: Float32Array | undefined,
): Promise<Partial<EpochLog>> {
  if (images === undefined || epsilon === undefined) return {};
  const { loss, reconstructionLoss, klLoss } = await engine.evaluate(images, epsilon);
  return { valLoss: loss, valReconstructionLoss: reconstructionLoss, valKlLoss: klLoss };
}

/** The mean of the losses of the steps so far. */
class RunningMean {
  loss = 0;
  reconstructionLoss = 0;
  klLoss = 0;
  count = 0;

  add(losses: StepLosses): void {
    for (let i = 0; i < losses.loss.length; i++) {
      this.count++;
      this.loss += (losses.loss[i] - this.loss) / this.count;
      this.reconstructionLoss += (losses.reconstructionLoss[i] - this.reconstructionLoss) /
        this.count;
      this.klLoss += (losses.klLoss[i] - this.klLoss) / this.count;
    }
  }
}

/** Counts the epochs since a loss was last at its lowest. */
class Patience {
  readonly #epochs: number;
  #lowest = Infinity;
  #waited = 0;

  /** @param epochs To wait; 0 waits for ever. */
  constructor(epochs: number) {
    this.#epochs = epochs;
  }

  get isOver(): boolean {
    return this.#epochs > 0 && this.#waited >= this.#epochs;
  }

  watch(loss: number): void {
    this.#waited = loss < this.#lowest ? 0 : this.#waited + 1;
    this.#lowest = Math.min(this.#lowest, loss);
  }
}
