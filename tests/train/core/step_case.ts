import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { type Images, warpImages } from "../../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { Random } from "../../../lib/array/random.ts";
import type { Chunk, Rows, RowTypes } from "../../../train/core/engines/old/engine.ts";
import { gatherRows } from "../../../train/core/engines/rows.ts";
import { type EngineName, ENGINES } from "../../../train/core/engines/old/mod.ts";
import { readState, recordFunction, stateOf } from "../../../train/record/record_function.ts";
import { type Model, modelVariables, trainableVariables } from "../../../train/models/mod.ts";
import { buildVae, type VaeOptions } from "../../../train/models/vae.ts";
import { clusterObjective } from "../../../train/objectives/clusters.ts";
import { elboObjective } from "../../../train/objectives/elbo.ts";
import type { Objective, StepInputs } from "../../../train/objectives/objective.ts";
import { adam } from "../../../train/core/optimizers.ts";
import { emitGraph } from "../../../train/record/mod.ts";
import { lossGradients } from "../../../train/core/train_step.ts";

/** A small problem that every engine can be given alike. */
export interface StepCase {
  readonly images: Images;
  readonly batchSize: number;
  readonly options: VaeOptions;
  /** @default {"elbo"} */
  readonly objective?: keyof typeof OBJECTIVES;
}

/** Two centres, far from where the latents of a new model are. */
export const CENTERS = ndarray("float32", [2, 2], Float32Array.of(-3, 1, 3, -1));

/** Every objective, at weights other than its defaults. */
export const OBJECTIVES = {
  elbo: (model: Model) => elboObjective(model),
  consistency: (model: Model) => elboObjective(model, { consistency: 4 }),
  clusters: (model: Model) => clusterObjective(model, { centers: CENTERS, consistency: 1.5 }),
} as const;

/** The likelihood of most tests. */
export const BERNOULLI: VaeOptions = { hidden: [32, 16], seed: 1, reconstruction: "bernoulli" };
const GAUSSIAN: VaeOptions = {
  ...BERNOULLI,
  latentDim: 5,
  reconstruction: "gaussian",
  standardDeviation: 0.3,
};

/** Every objective and both likelihoods, by what tests call them. */
export const STEP_CASES: readonly { readonly about: string; readonly stepCase: StepCase }[] = [
  { options: BERNOULLI, objective: "elbo" } as const,
  { options: GAUSSIAN, objective: "elbo" } as const,
  { options: BERNOULLI, objective: "consistency" } as const,
  { options: BERNOULLI, objective: "clusters" } as const,
].map(({ options, objective }) => ({
  about: `${objective}, ${options.reconstruction}`,
  stepCase: { images: blobs(200), batchSize: 16, options, objective },
}));

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
  return ndarray("uint8", [count, 8, 8, 1], pixels);
}

/** Everything that `steps` steps draw. */
export function drawChunk(
  { images, batchSize, options, objective = "elbo" }: StepCase,
  steps: number,
): Chunk {
  const random = new Random(11, "chunk");
  const warped = warpImages(images, new Random(12, "warps"));
  const cluster = Float32Array.from({ length: images.shape[0] * 2 }, (_, i) => (i + (i >> 1)) % 2);
  const ramp = (length: number) =>
    Float32Array.from({ length: steps }, (_, i) => Math.min(1, (i + 1) / length));
  return {
    indices: Int32Array.from({ length: steps * batchSize }, () => random.integer(images.shape[0])),
    epsilon: random.normals(steps * batchSize * (options.latentDim ?? 2)),
    rows: {
      images,
      ...objective === "elbo" ? {} : { warped },
      ...objective === "clusters"
        ? { cluster: ndarray("float32", [images.shape[0], 2], cluster) }
        : {},
    },
    scalars: {
      learningRate: new Float32Array(steps).fill(1e-3),
      beta: ramp(10),
      ...objective === "clusters" ? { frozen: ramp(4).map((value) => 1 - value) } : {},
    },
  };
}

/** The steps `[start, end)` of a chunk. */
export function sliceChunk(chunk: Chunk, [start, end]: [number, number]): Chunk {
  const steps = chunk.scalars.learningRate.length;
  const slice = <T extends Float32Array | Int32Array>(array: T) => {
    const size = array.length / steps;
    return array.subarray(start * size, end * size) as T;
  };
  const scalars = Object.entries(chunk.scalars).map(([name, values]) => [name, slice(values)]);
  return {
    indices: slice(chunk.indices),
    epsilon: slice(chunk.epsilon),
    rows: chunk.rows,
    scalars: Object.fromEntries(scalars),
  };
}

/** Takes chunks of steps from the initial weights; gives the last losses and the state. */
export async function runSteps(
  stepCase: StepCase,
  engineName: EngineName,
  ...chunks: [Chunk, ...Chunk[]]
) {
  const { images, batchSize, options, objective = "elbo" } = stepCase;
  const [, height, width, channels] = images.shape;
  const model = buildVae([height, width, channels], options);
  const variables = trainableVariables(model);
  const optimizer = adam(variables);
  const engine = await ENGINES[engineName]({
    model,
    objective: OBJECTIVES[objective](model),
    optimizer,
    batchSize,
    rowTypes: rowTypes(chunks[0].rows),
    threads: 1,
  });
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

/** That one step gave the losses and the state that another engine's gave, up to rounding. */
export function assertSameStep(actual: StepResult, expected: StepResult): void {
  assertEquals(actual.state.length, expected.state.length);
  expected.state.forEach((values, i) => {
    const error = relativeError(actual.state[i], values);
    assert(error <= 1e-5, `variable ${i} is off by ${error} of its norm`);
  });
  assertEquals(Object.keys(actual.losses), Object.keys(expected.losses));
  for (const [name, losses] of Object.entries(expected.losses)) {
    assert(curveError(actual.losses[name], losses) <= 1e-5, name);
  }
}

type StepResult = Awaited<ReturnType<typeof runSteps>>;

/** The element type of each array of rows. */
export function rowTypes(rows: Rows): RowTypes {
  return Object.fromEntries(Object.entries(rows).map(([name, { dtype }]) => [name, dtype]));
}

/** The inputs of the first step of a chunk, by name. */
export function firstStep(
  { indices, epsilon, rows, scalars }: Chunk,
  { batchSize, latentDim }: { batchSize: number; latentDim: number },
): Record<string, NdArray<"float32">> {
  const batch = indices.subarray(0, batchSize);
  const gathered = Object.entries(rows).map(([name, array]) => [name, gatherRows(array, batch)]);
  const numbers = Object.entries(scalars).map(([name, values]) => [
    name,
    ndarray("float32", [], values.slice(0, 1)),
  ]);
  return {
    ...Object.fromEntries([...gathered, ...numbers]),
    epsilon: ndarray("float32", [batchSize, latentDim], epsilon.slice(0, batchSize * latentDim)),
  };
}

/** The gradient of each variable of a model, from a recorded graph that is then run. */
export async function recordedGradients(
  model: Model,
  objective: Objective,
  inputs: Record<string, NdArray<"float32">>,
): Promise<Record<string, Float32Array>> {
  const state = stateOf(modelVariables(model));
  const recording = recordFunction((tensors) => {
    const { losses, gradients } = lossGradients(model, objective, tensors as StepInputs);
    // The recording gives the new value of each variable as an output: let that be its gradient.
    for (const { variable } of state) variable.assign(gradients[variable.name]);
    return losses;
  }, {
    state,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]),
    ),
  });
  const session = await createSession({ graph: emitGraph(recording), opset: 17 }, { threads: 1 });
  const results = await session.run({ ...await readState(state), ...inputs });
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
