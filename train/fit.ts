import type { Images } from "../lib/data/mod.ts";
import { InputError } from "../lib/input_error.ts";
import { Random } from "../lib/random.ts";
import { type EngineName, ENGINES } from "./engines/mod.ts";
import type { Engine, StepLosses } from "./engines/engine.ts";
import type { Model } from "./models/model.ts";
import { trainableVariables } from "./models/model.ts";
import { adam } from "./optimizers.ts";
import { type ScheduleName, SCHEDULES, warmedUpBeta } from "./schedules.ts";

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

/** Steps that one call to the engine takes; progress is shown between calls. */
const CHUNK_STEPS = 36;

/**
 * Trains a model on images. There is no place for labels here.
 *
 * @throws {InputError} If there are fewer images than one batch holds.
 * @throws {InputError} If the loss is no longer a number.
 */
export async function fit(
  model: Model,
  images: Images,
  {
    epochs = 8,
    batchSize = 128,
    learningRate = 1e-3,
    schedule = "constant",
    beta = 1,
    warmupEpochs = 0,
    seed = 0,
    engine: engineName = "onnx",
    threads = 0,
    validation,
    patience = 0,
    onProgress = () => {},
    onEpochEnd = () => {},
  }: FitOptions = {},
): Promise<History> {
  const stepsPerEpoch = Math.floor(images.count / batchSize);
  if (stepsPerEpoch === 0) {
    throw new InputError(
      `Cannot train: there are ${images.count} images, a batch of ${batchSize} needs at least as many`,
    );
  }
  const rate = { steps: epochs * stepsPerEpoch, learningRate };
  const warmup = { beta, warmupSteps: warmupEpochs * stepsPerEpoch };
  const order = new Random(seed, "order");
  const noise = new Random(seed, "noise");
  const validationNoise = validation &&
    new Random(seed, "validation").normals(validation.count * model.latentDim);

  const optimizer = adam(trainableVariables(model));
  const engine = await ENGINES[engineName]({ model, optimizer, images, batchSize, threads });
  const logs: EpochLog[] = [];
  let best = Infinity;
  let epochsSinceBest = 0;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      const permutation = Int32Array.from(order.permutation(images.count));
      const mean = new RunningMean();
      for (let step = 0; step < stepsPerEpoch; step += CHUNK_STEPS) {
        const count = Math.min(CHUNK_STEPS, stepsPerEpoch - step);
        const first = (epoch - 1) * stepsPerEpoch + step;
        const stepNumbers = Float32Array.from({ length: count }, (_, i) => first + i);
        mean.add(
          await engine.train({
            indices: permutation.subarray(step * batchSize, (step + count) * batchSize),
            epsilon: noise.normals(count * batchSize * model.latentDim),
            learningRate: stepNumbers.map((i) => SCHEDULES[schedule](i, rate)),
            beta: stepNumbers.map((i) => warmedUpBeta(i, warmup)),
          }),
        );
        if (!Number.isFinite(mean.loss)) {
          throw new InputError(
            `Cannot go on training: the loss is ${mean.loss} in epoch ${epoch}, try a smaller learning rate than ${learningRate}`,
          );
        }
        onProgress({
          epoch,
          epochs,
          step: step + count,
          steps: stepsPerEpoch,
          batchSize,
          loss: mean.loss,
        });
      }
      const seconds = (performance.now() - started) / 1000;
      const log: EpochLog = {
        epoch,
        loss: mean.loss,
        reconstructionLoss: mean.reconstructionLoss,
        klLoss: mean.klLoss,
        ...await validationLosses(engine, validation, validationNoise),
        learningRate: SCHEDULES[schedule]((epoch - 1) * stepsPerEpoch, rate),
        imagesPerSecond: stepsPerEpoch * batchSize / seconds,
      };
      logs.push(log);
      onEpochEnd(log);

      const watched = log.valLoss ?? log.loss;
      epochsSinceBest = watched < best ? 0 : epochsSinceBest + 1;
      best = Math.min(best, watched);
      if (patience > 0 && epochsSinceBest >= patience) break;
    }
    await engine.sync();
  } finally {
    await engine.dispose();
    optimizer.dispose();
  }
  return { engine: engine.description, epochs: logs, stoppedEarly: logs.length < epochs };
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
  #count = 0;

  add(losses: StepLosses): void {
    for (let i = 0; i < losses.loss.length; i++) {
      this.#count++;
      this.loss += (losses.loss[i] - this.loss) / this.#count;
      this.reconstructionLoss += (losses.reconstructionLoss[i] - this.reconstructionLoss) /
        this.#count;
      this.klLoss += (losses.klLoss[i] - this.klLoss) / this.#count;
    }
  }
}
