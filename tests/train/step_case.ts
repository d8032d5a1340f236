import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/ndarray.ts";
import { createSession } from "../../lib/onnx/mod.ts";
import { Random } from "../../lib/random.ts";
import type { Chunk } from "../../train/engines/engine.ts";
import { type EngineName, ENGINES } from "../../train/engines/mod.ts";
import { readState, recordFunction, stateOf } from "../../train/engines/recorded_step.ts";
import { type Model, modelVariables, trainableVariables } from "../../train/models/mod.ts";
import { buildVae, type VaeOptions } from "../../train/models/vae.ts";
import { adam } from "../../train/optimizers.ts";
import { emitGraph } from "../../train/trace/mod.ts";
import { lossGradients } from "../../train/train_step.ts";

/** A small problem that every engine can be given alike. */
export interface StepCase {
  readonly images: Images;
  readonly batchSize: number;
  readonly options: VaeOptions;
}

/** Blobs at random places on 8x8 images: enough structure for a loss that falls. */
export function blobs(count: number, seed = 3): Images {
  const random = new Random(seed, "blobs");
  const pixels = new Uint8Array(count * 64);
  for (let image = 0; image < count; image++) {
    const [x, y] = [1.5 + 5 * random.uniform(), 1.5 + 5 * random.uniform()];
    for (let i = 0; i < 64; i++) {
      const square = (i % 8 - x) ** 2 + (Math.floor(i / 8) - y) ** 2;
      pixels[image * 64 + i] = Math.round(255 * Math.exp(-square / 3));
    }
  }
  return { pixels, count, height: 8, width: 8, channels: 1 };
}

/** Everything that `steps` steps draw. */
export function drawChunk({ images, batchSize, options }: StepCase, steps: number): Chunk {
  const random = new Random(11, "chunk");
  return {
    indices: Int32Array.from({ length: steps * batchSize }, () => random.integer(images.count)),
    epsilon: random.normals(steps * batchSize * (options.latentDim ?? 2)),
    learningRate: new Float32Array(steps).fill(1e-3),
    beta: Float32Array.from({ length: steps }, (_, i) => Math.min(1, (i + 1) / 10)),
  };
}

/** The steps `[start, end)` of a chunk. */
export function sliceChunk(chunk: Chunk, [start, end]: [number, number]): Chunk {
  const steps = chunk.learningRate.length;
  const slice = <T extends Float32Array | Int32Array>(array: T) => {
    const size = array.length / steps;
    return array.subarray(start * size, end * size) as T;
  };
  return {
    indices: slice(chunk.indices),
    epsilon: slice(chunk.epsilon),
    learningRate: slice(chunk.learningRate),
    beta: slice(chunk.beta),
  };
}

/** Takes chunks of steps from the initial weights; gives the last losses and the state. */
export async function runSteps(
  stepCase: StepCase,
  engineName: EngineName,
  ...chunks: [Chunk, ...Chunk[]]
) {
  const { images, batchSize, options } = stepCase;
  const model = buildVae([images.height, images.width, images.channels], options);
  const variables = trainableVariables(model);
  const optimizer = adam(variables);
  const engine = await ENGINES[engineName]({ model, optimizer, images, batchSize, threads: 1 });
  let losses = await engine.train(chunks[0]);
  for (const chunk of chunks.slice(1)) losses = await engine.train(chunk);
  await engine.sync();
  const state: Float32Array[] = [];
  for (const variable of [...variables, ...optimizer.state]) {
    state.push((await variable.data() as Float32Array).slice());
  }
  await engine.dispose();
  optimizer.dispose();
  tf.dispose(variables);
  return { losses, state };
}

/** The gradient of each variable of a model, from a recorded graph that is then run. */
export async function recordedGradients(
  model: Model,
  { images, epsilon, beta }: { images: NdArray<"float32">; epsilon: Float32Array; beta: number },
): Promise<Record<string, Float32Array>> {
  const [batchSize] = images.shape;
  const state = stateOf(modelVariables(model));
  const recording = recordFunction((inputs) => {
    const { losses, gradients } = lossGradients(model, inputs);
    // The recording gives the new value of each variable as an output: let that be its gradient.
    for (const { variable } of state) variable.assign(gradients[variable.name]);
    return losses;
  }, { ...model, state, batchSize });
  const session = await createSession({ graph: emitGraph(recording), opset: 17 }, { threads: 1 });
  const results = await session.run({
    ...await readState(state),
    images,
    epsilon: ndarray("float32", [batchSize, model.latentDim], epsilon),
    beta: ndarray("float32", [], Float32Array.of(beta)),
    learningRate: ndarray("float32", [], Float32Array.of(0)),
  });
  await session.release();
  return Object.fromEntries(
    state.map(({ name, variable }) => [variable.name, results[`new/${name}`].data as Float32Array]),
  );
}

/** |actual - expected| / |expected| in the Euclidean norm. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    norm += expected[i] ** 2;
  }
  return Math.sqrt(difference / Math.max(norm, 1e-30));
}

/** The greatest relative difference of two loss curves. */
export function curveError(actual: Float32Array, expected: Float32Array): number {
  return actual.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - expected[i]) / Math.abs(expected[i])),
    0,
  );
}
