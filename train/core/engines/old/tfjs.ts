import * as tf from "@tensorflow/tfjs-core";
import type { Losses, StepInputs } from "../../../objectives/objective.ts";
import { trainStep } from "../../train_step.ts";
import {
  type Chunk,
  ELBO_NAMES,
  type Engine,
  type EngineOptions,
  evaluateInBatches,
  type Rows,
  type StepLosses,
} from "./engine.ts";
import { gatherRows, pixelRows } from "../rows.ts";

/**
 * Takes each step eagerly on the TensorFlow.js backend that is active: the reference that the other
 * engines are tested against.
 */
export function createTfjsEngine(options: EngineOptions): Promise<Engine> {
  return Promise.resolve(new TfjsEngine(options, `tfjs (${tf.getBackend()})`));
}

/** Takes the steps on the backend that is active while it takes them. */
export class TfjsEngine implements Engine {
  readonly description: string;
  readonly #options: EngineOptions;

  constructor(options: EngineOptions, description: string) {
    this.#options = options;
    this.description = description;
  }

  async train(chunk: Chunk): Promise<StepLosses> {
    const { objective } = this.#options;
    const steps = chunk.scalars.learningRate.length;
    const losses = Object.fromEntries(
      objective.lossNames.map((name) => [name, new Float32Array(steps)]),
    );
    for (let step = 0; step < steps; step++) {
      const inputs = this.#stepInputs(chunk, step);
      const values = await readLosses(trainStep(this.#options, inputs));
      for (const name of objective.lossNames) losses[name][step] = values[name];
      tf.dispose(Object.values(inputs));
    }
    return losses as StepLosses;
  }

  async evaluate(images: Rows[string], epsilon: Float32Array): Promise<Record<string, number>> {
    const { model, objective } = this.#options;
    const { latentDim } = model;
    return await evaluateInBatches(images.shape[0], async (start, end) => {
      const parts = tf.tidy(() => {
        const { data, shape } = pixelRows(images, start, end);
        const noise = epsilon.subarray(start * latentDim, end * latentDim);
        return objective.elbo({
          images: tf.tensor<tf.Rank.R4>(data, shape as tf.Tensor4D["shape"]),
          epsilon: tf.tensor2d(noise, [end - start, latentDim]),
          beta: tf.scalar(1),
        });
      });
      const values = await readLosses(parts as Losses);
      return Object.fromEntries(ELBO_NAMES.map((name) => [name, values[name]]));
    });
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #stepInputs({ indices, epsilon, scalars, rows }: Chunk, step: number): StepInputs {
    const { batchSize, model } = this.#options;
    const chosen = indices.subarray(step * batchSize, (step + 1) * batchSize);
    const noiseSize = batchSize * model.latentDim;
    const noise = epsilon.subarray(step * noiseSize, (step + 1) * noiseSize);
    const batches = Object.entries(rows).map(([name, array]) => {
      const { data, shape } = gatherRows(array, chosen);
      return [name, tf.tensor(data, [...shape])];
    });
    const numbers = Object.entries(scalars).map(([name, values]) => [
      name,
      tf.scalar(values[step]),
    ]);
    return {
      ...Object.fromEntries([...batches, ...numbers]),
      epsilon: tf.tensor2d(noise, [batchSize, model.latentDim]),
    };
  }
}

/** The values of losses, which are disposed of. */
async function readLosses(losses: Losses): Promise<Record<string, number>> {
  const entries = Object.entries(losses).map(async ([name, loss]) => {
    const [value] = await loss.data();
    return [name, value];
  });
  const values = Object.fromEntries(await Promise.all(entries));
  tf.dispose(Object.values(losses));
  return values;
}
