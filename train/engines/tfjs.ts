import * as tf from "@tensorflow/tfjs-core";
import { type Images, takeImages, toFloat32 } from "../../lib/data/mod.ts";
import { trainStep } from "../train_step.ts";
import type { Losses } from "../models/model.ts";
import type { Chunk, Engine, EngineOptions, StepLosses } from "./engine.ts";

/** Images that one run of the evaluation holds at a time. */
const EVALUATION_BATCH = 500;

/**
 * Takes each step eagerly on the TensorFlow.js backend that is active: the reference that the other
 * engines are tested against.
 */
export function createTfjsEngine(options: EngineOptions): Promise<Engine> {
  return Promise.resolve(new TfjsEngine(options));
}

class TfjsEngine implements Engine {
  readonly description = `tfjs (${tf.getBackend()})`;
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  async train({ indices, epsilon, learningRate, beta }: Chunk): Promise<StepLosses> {
    const { model, optimizer, images, batchSize } = this.#options;
    const steps = learningRate.length;
    const losses = {
      loss: new Float32Array(steps),
      reconstructionLoss: new Float32Array(steps),
      klLoss: new Float32Array(steps),
    };
    for (let step = 0; step < steps; step++) {
      const chosen = indices.subarray(step * batchSize, (step + 1) * batchSize);
      const noiseSize = batchSize * model.latentDim;
      const noise = epsilon.subarray(step * noiseSize, (step + 1) * noiseSize);
      const inputs = {
        images: imageTensor(takeImages(images, chosen)),
        epsilon: tf.tensor2d(noise, [batchSize, model.latentDim]),
        learningRate: tf.scalar(learningRate[step]),
        beta: tf.scalar(beta[step]),
      };
      const parts = trainStep(model, optimizer, inputs);
      const values = await readLosses(parts);
      for (const name of LOSSES) losses[name][step] = values[name];
      tf.dispose([Object.values(inputs), Object.values(parts)]);
    }
    return losses;
  }

  async evaluate(images: Images, epsilon: Float32Array) {
    const { model } = this.#options;
    const sums = { loss: 0, reconstructionLoss: 0, klLoss: 0 };
    for (let start = 0; start < images.count; start += EVALUATION_BATCH) {
      const end = Math.min(start + EVALUATION_BATCH, images.count);
      const parts = tf.tidy(() => {
        const noise = epsilon.subarray(start * model.latentDim, end * model.latentDim);
        return model.losses({
          images: imageTensor(images, start, end),
          epsilon: tf.tensor2d(noise, [end - start, model.latentDim]),
          beta: tf.scalar(1),
        }) as unknown as tf.NamedTensorMap;
      }) as unknown as Losses;
      const values = await readLosses(parts);
      for (const name of LOSSES) sums[name] += values[name] * (end - start) / images.count;
      tf.dispose(Object.values(parts));
    }
    return sums;
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const LOSSES = ["loss", "reconstructionLoss", "klLoss"] as const;

async function readLosses(losses: Losses): Promise<Record<typeof LOSSES[number], number>> {
  const [loss, reconstructionLoss, klLoss] = await Promise.all(
    LOSSES.map(async (name) => (await losses[name].data())[0]),
  );
  return { loss, reconstructionLoss, klLoss };
}

function imageTensor(images: Images, start = 0, end = images.count): tf.Tensor4D {
  const { data, shape } = toFloat32(images, start, end);
  return tf.tensor4d(data, shape as [number, number, number, number]);
}
