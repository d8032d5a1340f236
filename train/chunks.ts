import { Random } from "../lib/random.ts";
import type { Chunk } from "./engines/engine.ts";
import { type ScheduleName, SCHEDULES, warmedUpBeta } from "./schedules.ts";

/** What decides the chunks of a training. */
export interface ChunkOptions {
  /** Images to train on. */
  readonly imageCount: number;
  readonly batchSize: number;
  readonly latentDim: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly beta: number;
  readonly warmupEpochs: number;
  readonly seed: number;
}

/** Steps that one call to the engine takes; progress is shown between calls. */
const CHUNK_STEPS = 36;

/**
 * Draws what training needs from step to step, in the order of the steps: the same for every
 * engine. Images that do not fill the last batch of an epoch wait for another epoch's order.
 */
export class Chunks {
  readonly stepsPerEpoch: number;
  readonly #options: ChunkOptions;
  readonly #order: Random;
  readonly #noise: Random;
  #step = 0;

  constructor(options: ChunkOptions) {
    this.#options = options;
    this.stepsPerEpoch = Math.floor(options.imageCount / options.batchSize);
    this.#order = new Random(options.seed, "order");
    this.#noise = new Random(options.seed, "noise");
  }

  /** The chunks of the next epoch. */
  *nextEpoch(): Generator<Chunk> {
    const { imageCount, batchSize, latentDim } = this.#options;
    const order = Int32Array.from(this.#order.permutation(imageCount));
    for (let start = 0; start < this.stepsPerEpoch; start += CHUNK_STEPS) {
      const end = Math.min(start + CHUNK_STEPS, this.stepsPerEpoch);
      const steps = Array.from({ length: end - start }, () => this.#step++);
      yield {
        indices: order.subarray(start * batchSize, end * batchSize),
        epsilon: this.#noise.normals(steps.length * batchSize * latentDim),
        learningRate: Float32Array.from(steps, (step) => this.learningRate(step)),
        beta: Float32Array.from(steps, (step) => this.#beta(step)),
      };
    }
  }

  /** The learning rate of a step, counted from 0 through the whole training. */
  learningRate(step: number): number {
    const { schedule, epochs, learningRate } = this.#options;
    return SCHEDULES[schedule](step, { steps: epochs * this.stepsPerEpoch, learningRate });
  }

  #beta(step: number): number {
    const { beta, warmupEpochs } = this.#options;
    return warmedUpBeta(step, { beta, warmupSteps: warmupEpochs * this.stepsPerEpoch });
  }
}
