import { Random } from "../../lib/array/random.ts";
import type { Chunk } from "./engines/old/engine.ts";
import { SCHEDULES, warmedUpBeta } from "./schedules.ts";
import type { Stage } from "./stages.ts";

/** What decides the chunks of a training. */
export interface ChunkOptions {
  /** Images to train on. */
  readonly imageCount: number;
  readonly batchSize: number;
  readonly latentDim: number;
  readonly learningRate: number;
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
  /** Through all stages. */
  #step = 0;

  constructor(options: ChunkOptions) {
    this.#options = options;
    this.stepsPerEpoch = Math.floor(options.imageCount / options.batchSize);
    this.#order = new Random(options.seed, "order");
    this.#noise = new Random(options.seed, "noise");
  }

  /** The chunks of an epoch of a stage, counted from 1. */
  *epoch(stage: Stage, epoch: number): Generator<Chunk> {
    const { imageCount, batchSize, latentDim, beta, warmupEpochs } = this.#options;
    const order = Int32Array.from(this.#order.permutation(imageCount));
    const rows = stage.nextRows();
    const fixed = Object.entries(stage.scalars(epoch));
    const warmup = { beta, warmupSteps: warmupEpochs * this.stepsPerEpoch };
    for (let start = 0; start < this.stepsPerEpoch; start += CHUNK_STEPS) {
      const end = Math.min(start + CHUNK_STEPS, this.stepsPerEpoch);
      const count = end - start;
      const steps = Array.from({ length: count }, (_, i) => i);
      yield {
        indices: order.subarray(start * batchSize, end * batchSize),
        epsilon: this.#noise.normals(count * batchSize * latentDim),
        rows,
        scalars: {
          learningRate: Float32Array.from(steps, (i) => this.learningRate(stage, epoch, start + i)),
          beta: Float32Array.from(steps, (i) => warmedUpBeta(this.#step + i, warmup)),
          ...Object.fromEntries(
            fixed.map(([name, value]) => [name, new Float32Array(count).fill(value)]),
          ),
        },
      };
      this.#step += count;
    }
  }

  /** The learning rate of a step of an epoch of a stage. */
  learningRate({ schedule, epochs }: Stage, epoch: number, step: number = 0): number {
    const { learningRate } = this.#options;
    return SCHEDULES[schedule]((epoch - 1) * this.stepsPerEpoch + step, {
      steps: epochs * this.stepsPerEpoch,
      learningRate,
    });
  }
}
