import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { augmentImages, type Images } from "../../../lib/data/mod.ts";
import { type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { take } from "../../../lib/array/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { type EngineName, ENGINES } from "../../../train/core/engines/mod.ts";
import { floatRows } from "../../../train/core/engines/rows.ts";
import type { Chunk, Examples, Feed } from "../../../train/core/feed.ts";
import { adam, type OptimizerOptions } from "../../../train/core/optimizers.ts";
import { lossGradients, minimize, type Step } from "../../../train/core/step.ts";
import { buildAutoencoder } from "../../../train/networks/autoencoder.ts";
import { clusterPriorLoss } from "../../../train/networks/cluster_prior.ts";
import { buildCvae } from "../../../train/networks/cvae.ts";
import { buildCnn } from "../../../train/networks/cnn.ts";
import { negativeElbo } from "../../../train/networks/elbo.ts";
import { buildVae, type VaeLosses, type VaeOptions } from "../../../train/networks/vae.ts";
import { trainableVariables } from "../../../train/core/variables.ts";
import { buildVqVae } from "../../../train/networks/vq_vae.ts";
import { emitGraph } from "../../../train/record/mod.ts";
import { recordFunction, stateOf } from "../../../train/record/record_function.ts";
import { readVariables } from "../../../train/record/variables.ts";
import { buildDcgan } from "../../../train/systems/dcgan.ts";

/** A small training that every engine can be given alike. */
export interface StepCase {
  readonly about: string;
  readonly feed: Feed & { readonly examples: Examples };
  readonly batchSize: number;
  /** Builds networks and optimizers. */
  build(): { readonly step: Step; readonly losses?: Step };
}

/** Options of a small VAE: those that are not given are the defaults. */
export function vaeWith(options: Partial<VaeOptions> = {}): VaeOptions {
  return {
    hidden: [32, 16],
    latentDim: 2,
    reconstruction: "bernoulli",
    standardDeviation: 0.1,
    seed: 1,
    ...options,
  };
}

/** Two centres, far from the latent means of a new model. */
export const CENTERS = ndarray("float32", [2, 2], Float32Array.of(-3, 1, 3, -1));

/** Every loss of the VAE, at weights other than its defaults. */
export const VAE_LOSSES = {
  elbo: (vae) => negativeElbo(vae, { consistency: 0 }),
  consistency: (vae) => negativeElbo(vae, { consistency: 4 }),
  clusters: (vae) => clusterPriorLoss(vae, { centers: CENTERS, consistency: 1.5 }),
} as const satisfies Record<string, (vae: ReturnType<typeof buildVae>) => VaeLosses>;

/** The training of a small VAE with one of its losses. */
export function vaeCase(
  kind: keyof typeof VAE_LOSSES,
  { images = blobs(200), batchSize = 16, options = vaeWith() }: {
    images?: Images;
    batchSize?: number;
    options?: VaeOptions;
  } = {},
): StepCase {
  const [count, height, width, channels] = images.shape;
  const augmented = augmentImages(images, new Random(12, "augmented"));
  const cluster = Float32Array.from({ length: count * 2 }, (_, i) => (i + (i >> 1)) % 2);
  const ramp = (length: number) => (step: number) => Math.min(1, (step + 1) / length);
  return {
    about: `vae, ${kind}, ${options.reconstruction}`,
    batchSize,
    feed: {
      examples: {
        images,
        ...kind !== "elbo" && { augmented },
        ...kind === "clusters" && { cluster: ndarray("float32", [count, 2], cluster) },
      },
      noise: { epsilon: [options.latentDim] },
      scalars: {
        learningRate: () => 1e-3,
        beta: ramp(10),
        ...kind === "clusters" && { assigned: (step: number) => 1 - ramp(4)(step) },
      },
    },
    build() {
      const vae = buildVae([height, width, channels], options);
      const losses = VAE_LOSSES[kind](vae);
      const optimizer = adam(trainableVariables(vae.networks));
      return {
        step: (batch) => minimize(optimizer, batch.learningRate, () => losses(batch)),
        losses,
      };
    },
  };
}

const GAUSSIAN = vaeWith({ latentDim: 5, reconstruction: "gaussian", standardDeviation: 0.3 });
const scalars = { learningRate: () => 1e-3 };
const filters = [4, 6];

/** Every optimizer, with weight decay of either kind and gradients that are clipped. */
const OPTIMIZER_CASES: readonly OptimizerOptions[] = [
  {},
  { optimizer: "adamw", weightDecay: 0.1, clipNorm: 0.5 },
  { optimizer: "sgd", momentum: 0.9, weightDecay: 0.1, clipNorm: 0.5 },
  { optimizer: "rmsprop", weightDecay: 0.1 },
];

/** A training of every system and loss. */
export const STEP_CASES: readonly StepCase[] = [
  vaeCase("elbo"),
  vaeCase("elbo", { options: GAUSSIAN }),
  vaeCase("elbo", { options: { ...GAUSSIAN, standardDeviation: 0 } }),
  vaeCase("consistency"),
  vaeCase("clusters"),
  ...(["mlp", "conv"] as const).map((network): StepCase => ({
    about: `autoencoder, ${network}`,
    batchSize: 16,
    feed: {
      examples: { images: blobs(200) },
      ...network === "conv" && { noise: { noise: [8, 8, 1] } },
      scalars,
    },
    build: () =>
      buildAutoencoder([8, 8, 1], {
        network,
        hidden: [12, 6],
        filters,
        latentDim: network === "mlp" ? 2 : 0,
        corruption: network === "mlp" ? 0 : 0.5,
        seed: 1,
      }),
  })),
  ...([{ classes: 3 }, { quadrants: 1 }] as const).map((condition): StepCase => ({
    about: `cvae, ${Object.keys(condition)}`,
    batchSize: 16,
    feed: {
      examples: {
        images: blobs(200),
        ..."classes" in condition && {
          condition: ndarray(
            "float32",
            [200, 3],
            Float32Array.from({ length: 600 }, (_, i) => (i * 7 >> 1) % 3 === 0 ? 1 : 0),
          ),
        },
      },
      noise: { epsilon: [3] },
      scalars,
    },
    build: () =>
      buildCvae([8, 8, 1], { condition, hidden: [12, 6], latentDim: 3, beta: 1, seed: 1 }),
  })),
  {
    about: "vq-vae",
    batchSize: 16,
    feed: { examples: { images: blobs(200) }, scalars },
    build: () =>
      buildVqVae([8, 8, 1], {
        filters,
        residualBlocks: 1,
        codes: 6,
        codeDim: 3,
        commitment: 0.25,
        variance: 0.1,
        decay: 0.9,
        seed: 1,
      }),
  },
  {
    about: "dcgan",
    batchSize: 16,
    feed: { examples: { images: blobs(200) }, noise: { z: [3] }, scalars },
    build: () => buildDcgan([8, 8, 1], { latentDim: 3, filters, beta1: 0.5, seed: 1 }),
  },
  ...OPTIMIZER_CASES.map((training): StepCase => ({
    about: `classifier, ${JSON.stringify(training)}`,
    batchSize: 16,
    feed: {
      examples: {
        images: blobs(200),
        labels: ndarray("int32", [200], Int32Array.from({ length: 200 }, (_, i) => i % 3)),
      },
      scalars,
    },
    build: () =>
      buildCnn([8, 8, 1], {
        filters,
        hidden: [5],
        batchNormalization: true,
        classWeights: [0.5, 1, 1.5],
        dropout: 0,
        l2: 1e-3,
        seed: 1,
        ...training,
      }),
  })),
];

/** Blobs at random places on 8x8 images: enough structure for a loss that falls. */
export function blobs(count: number, seed = 3): NdArray<"uint8"> {
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

/** The steps `[start, end)` of a training, as one chunk. */
export function chunkOf(
  { feed: { examples, noise = {}, scalars = {} }, batchSize }: StepCase,
  [start, end]: readonly [number, number],
): Chunk {
  const random = new Random(11, "chunk");
  // All steps from the first one, so that ranges of them agree.
  const [count] = Object.values(examples)[0].shape;
  const steps = Array.from({ length: end - start }, (_, i) => start + i);
  const length = steps.length;
  const indices = Int32Array.from({ length: end * batchSize }, () => random.integer(count));
  const noises = Object.entries(noise).map(([name, row]) => {
    const size = batchSize * sizeOf(row);
    const values = new Random(11, name).normals(end * size).slice(start * size);
    return [name, ndarray("float32", [length, batchSize, ...row], values)];
  });
  const numbers = Object.entries(scalars).map(([name, at]) => [
    name,
    ndarray("float32", [length], Float32Array.from(steps, (step) => at(step, []))),
  ]);
  return {
    epoch: 1,
    examples,
    indices: ndarray("int32", [length, batchSize], indices.slice(start * batchSize)),
    perStep: Object.fromEntries([...noises, ...numbers]),
  };
}

/** Runs ranges of steps from the initial weights; gives the losses of the last, and the state. */
export async function runSteps(
  stepCase: StepCase,
  engineName: EngineName,
  ...ranges: readonly (readonly [number, number])[]
) {
  const { feed, batchSize, build } = stepCase;
  const registered = () => Object.values(tf.engine().registeredVariables);
  const others = new Set(registered());
  const { step } = build();
  const engine = await ENGINES[engineName](step, feed, { batchSize, seed: 0, threads: 1 });
  let losses: Record<string, Float32Array> = {};
  for (const range of ranges) losses = await engine.run(chunkOf(stepCase, range));
  await engine.sync();
  await engine.dispose();
  const variables = registered().filter((variable) => !others.has(variable));
  const state: Float32Array[] = [];
  for (const variable of variables) state.push((await variable.data() as Float32Array).slice());
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
  assertEquals(Object.keys(actual.losses).sort(), Object.keys(expected.losses).sort());
  for (const [name, losses] of Object.entries(expected.losses)) {
    assert(curveError(actual.losses[name], losses) <= 1e-5, name);
  }
}

type StepResult = Awaited<ReturnType<typeof runSteps>>;

/** The inputs of the first step of a chunk, by name. */
export function firstStep(
  { examples, indices, perStep }: Chunk,
): Record<string, NdArray<"float32">> {
  const [, batchSize] = indices.shape;
  const rows = indices.data.subarray(0, batchSize);
  const gathered = Object.entries(examples).map(([name, array]) => [
    name,
    floatRows<"uint8" | "float32" | "int32">(take(array as NdArray<"uint8">, rows)),
  ]);
  const first = Object.entries(perStep).map(([name, { shape: [, ...row], data }]) => [
    name,
    ndarray("float32", row, data.slice(0, sizeOf(row))),
  ]);
  return Object.fromEntries([...gathered, ...first]);
}

/** The gradient of each variable, from a recorded graph that is then run. */
export async function recordedGradients(
  losses: VaeLosses,
  variables: readonly tf.Variable[],
  inputs: Record<string, NdArray<"float32">>,
): Promise<Record<string, Float32Array>> {
  const state = stateOf(variables);
  const recording = recordFunction((tensors) => {
    const { losses: found, gradients } = lossGradients(variables, () => losses(tensors));
    // The recording gives the new value of each variable as an output: let that be its gradient.
    for (const variable of variables) variable.assign(gradients[variable.name]);
    return found;
  }, {
    state,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]),
    ),
  });
  const session = await createSession({ graph: emitGraph(recording), opset: 17 }, { threads: 1 });
  const results = await session.run({ ...await readVariables(state), ...inputs });
  await session.release();
  return Object.fromEntries(
    Object.entries(state).map(([name, variable]) => [
      variable.name,
      results[`new/${name}`].data as Float32Array,
    ]),
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

/**
 * The greatest relative difference of two loss curves. The negative log-likelihood of a normal
 * distribution may cross 0: there, differences are relative to a hundredth of the greatest loss.
 */
export function curveError(actual: Float32Array, expected: Float32Array): number {
  const floor = 0.01 * expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return actual.reduce(
    (worst, value, i) =>
      Math.max(worst, Math.abs(value - expected[i]) / Math.max(floor, Math.abs(expected[i]))),
    0,
  );
}
