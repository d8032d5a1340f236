import type { Images, WarpOptions } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import type { DeviceName, Profile } from "../../lib/runtime/mod.ts";
import { Random } from "../../lib/array/random.ts";
import { Chunks } from "./chunks.ts";
import type { Engine, Rows, StepLosses } from "./engines/old/engine.ts";
import { type EngineName, ENGINES } from "./engines/old/mod.ts";
import { type Model, trainableVariables } from "../models/mod.ts";
import { adam } from "./optimizers.ts";
import type { ScheduleName } from "./schedules.ts";
import { clusterStage, elboStage, type Stage } from "./stages.ts";

/** Options for {@linkcode fit}. */
export interface FitOptions {
  /** Under the prior N(0, I). @default {8} */
  epochs?: number;
  /** After those, under a prior of clusters that are found without labels. @default {0} */
  clusterEpochs?: number;
  /** Clusters of that prior. @default {2} */
  clusters?: number;
  /**
   * The weight of the distance between the latent mean of an image and that of a warped copy; 0
   * leaves warped copies out.
   *
   * @default {0}
   */
  consistency?: number;
  /** How far copies are warped. */
  warp?: WarpOptions;
  /** @default {128} */
  batchSize?: number;
  /** @default {1e-3} */
  learningRate?: number;
  /** Of the last stage; one before it keeps its rate. @default {"constant"} */
  schedule?: ScheduleName;
  /** The weight of the KL divergence. @default {1} */
  beta?: number;
  /** Epochs over which `beta` rises from 0. @default {0} */
  warmupEpochs?: number;
  /** Of the order of the images, the noise, the warps and the clusters. @default {0} */
  seed?: number;
  /** @default {"onnx"} */
  engine?: EngineName;
  /** Threads that one operation may use; 0 takes every core. @default {0} */
  threads?: number;
  /** Where ONNX Runtime runs, in the engine `onnx` and between the stages. @default {"cpu"} */
  device?: DeviceName;
  /** What its sessions are to write down about their nodes. */
  profile?: Profile | undefined;
  /** Images to compute the validation losses on after each epoch; not trained on. */
  validation?: Images;
  /**
   * Ends a stage when the validation loss has not fallen for so many epochs; 0 never does.
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
  /** From 1, through all stages. */
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
  /** From 1, through all stages. */
  readonly epoch: number;
  readonly stage: Stage["name"];
  readonly loss: number;
  readonly reconstructionLoss: number;
  readonly klLoss: number;
  /** Where there are warped copies. */
  readonly consistencyLoss?: number;
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
  /** Whether `patience` ended a stage. */
  readonly stoppedEarly: boolean;
}

/** The defaults of {@linkcode FitOptions}. */
const FIT_DEFAULTS = {
  epochs: 8,
  clusterEpochs: 0,
  clusters: 2,
  consistency: 0,
  warp: {},
  batchSize: 128,
  learningRate: 1e-3,
  schedule: "constant",
  beta: 1,
  warmupEpochs: 0,
  seed: 0,
  engine: "onnx",
  threads: 0,
  device: "cpu",
  patience: 0,
} as const satisfies FitOptions;

type Settings = FitOptions & Required<Pick<FitOptions, keyof typeof FIT_DEFAULTS>>;

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
  const settings: Settings = { ...FIT_DEFAULTS, ...options };
  const { batchSize, epochs, clusterEpochs } = settings;
  if (images.shape[0] < batchSize) {
    throw new InputError(
      `Cannot train: there are ${
        images.shape[0]
      } images, a batch of ${batchSize} needs at least as many`,
    );
  }
  const { latentDim } = model;
  const chunks = new Chunks({ ...settings, imageCount: images.shape[0], latentDim });
  const logs: EpochLog[] = [];
  const first = elboStage(model, images, settings);
  let engine = await trainStage(model, first, { settings, chunks, logs });
  if (clusterEpochs > 0) {
    const second = await clusterStage(model, images, settings);
    engine = await trainStage(model, second, { settings, chunks, logs });
  }
  return { engine, epochs: logs, stoppedEarly: logs.length < epochs + clusterEpochs };
}

/** Trains through one stage, adding to `logs`; gives the engine's description. */
async function trainStage(
  model: Model,
  stage: Stage,
  { settings, chunks, logs }: { settings: Settings; chunks: Chunks; logs: EpochLog[] },
): Promise<string> {
  const validation = validationSet(model, settings);
  const optimizer = adam(trainableVariables(model));
  const engine = await ENGINES[settings.engine]({
    ...settings,
    model,
    objective: stage.objective,
    optimizer,
    rowTypes: stage.rowTypes,
  });
  const patience = new Patience(settings.patience);
  try {
    for (let epoch = 1; epoch <= stage.epochs && !patience.isOver; epoch++) {
      const log = {
        epoch: logs.length + 1,
        stage: stage.name,
        ...await trainEpoch(engine, stage, { settings, chunks, epoch, done: logs.length }),
        ...await validationLosses(engine, validation),
        learningRate: chunks.learningRate(stage, epoch),
      } as EpochLog;
      logs.push(log);
      patience.watch(log.valLoss ?? log.loss);
      settings.onEpochEnd?.(log);
    }
    await engine.sync();
  } finally {
    await engine.dispose();
    optimizer.dispose();
  }
  return engine.description;
}

async function trainEpoch(
  engine: Engine,
  stage: Stage,
  { settings, chunks, epoch, done }: {
    settings: Settings;
    chunks: Chunks;
    /** Of the stage. */
    epoch: number;
    /** Epochs done in all stages. */
    done: number;
  },
): Promise<Record<string, number>> {
  const { epochs, clusterEpochs, batchSize, learningRate, onProgress } = settings;
  const started = performance.now();
  const steps = chunks.stepsPerEpoch;
  const means = new RunningMeans();
  for (const chunk of chunks.epoch(stage, epoch)) {
    means.add(await engine.train(chunk));
    const { loss } = means.values;
    if (!Number.isFinite(loss)) {
      throw new InputError(
        `Cannot go on training: the loss is ${loss} in epoch ${
          done + 1
        }, try a smaller learning rate than ${learningRate}`,
      );
    }
    onProgress?.({
      epoch: done + 1,
      epochs: epochs + clusterEpochs,
      step: means.count,
      steps,
      batchSize,
      loss,
    });
  }
  const seconds = (performance.now() - started) / 1000;
  return { ...means.values, imagesPerSecond: steps * batchSize / seconds };
}

interface ValidationSet {
  readonly images: Rows[string];
  /** The same noise in every epoch, so that only the model changes what it gives. */
  readonly epsilon: Float32Array;
}

function validationSet({ latentDim }: Model, { validation, seed }: Settings) {
  if (validation === undefined) return undefined;
  const epsilon = new Random(seed, "validation").normals(validation.shape[0] * latentDim);
  return { images: validation, epsilon };
}

async function validationLosses(
  engine: Engine,
  validation: ValidationSet | undefined,
): Promise<Partial<EpochLog>> {
  if (validation === undefined) return {};
  const { loss, reconstructionLoss, klLoss } = await engine.evaluate(
    validation.images,
    validation.epsilon,
  );
  return { valLoss: loss, valReconstructionLoss: reconstructionLoss, valKlLoss: klLoss };
}

/** The means of the losses of the steps so far. */
class RunningMeans {
  readonly values: Record<string, number> = {};
  count = 0;

  add(losses: StepLosses): void {
    for (let i = 0; i < losses.loss.length; i++) {
      this.count++;
      for (const [name, values] of Object.entries(losses)) {
        const mean = this.values[name] ?? 0;
        this.values[name] = mean + (values[i] - mean) / this.count;
      }
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
