import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { optionDefaults } from "../../lib/command/flags.ts";
import type { Chunk, Feed } from "../core/feed.ts";
import { adam } from "../core/optimizers.ts";
import { minimize, type Step } from "../core/step.ts";
import { negativeElbo } from "../networks/elbo.ts";
import { buildVae, type Vae } from "../networks/vae.ts";
import { trainableVariables } from "../core/variables.ts";
import { fitVaeOptions, vaeOptions } from "../systems/vae_options.ts";

/** Random images to train on; MNIST-sized, so that no data set is needed. */
const COUNT = 2000;

/** What `vae` chooses for three classes of such images. */
const VALUES = fitVaeOptions(optionDefaults(vaeOptions), {
  count: COUNT,
  imageShape: [28, 28, 1],
  classes: 3,
  batchSize: 128,
});

/** The default VAE with its training step, on the TensorFlow.js backend that is active. */
export function defaultVae(): { readonly vae: Vae; readonly step: Step } {
  const vae = buildVae([28, 28, 1], { ...VALUES, seed: 0 });
  const losses = negativeElbo(vae, { consistency: 0 });
  const optimizer = adam(trainableVariables(vae.networks));
  return {
    vae,
    step: (batch) => minimize(optimizer, batch.learningRate, () => losses(batch)),
  };
}

/** What the step of {@linkcode defaultVae} takes: random images, noise and scalars. */
export function randomFeed() {
  const random = new Random(0, "speed images");
  const pixels = Uint8Array.from({ length: COUNT * 784 }, () => random.integer(256));
  return {
    examples: { images: ndarray("uint8", [COUNT, 28, 28, 1], pixels) },
    noise: { epsilon: [VALUES.latentDim] },
    scalars: { learningRate: () => 1e-3, beta: () => 1 },
  } satisfies Feed;
}

/** The inputs of `steps` steps of the default VAE. */
export function randomChunk(
  steps: number,
  { feed, batchSize }: { feed: ReturnType<typeof randomFeed>; batchSize: number },
): Chunk {
  const random = new Random(1, "speed chunk");
  const indices = Int32Array.from({ length: steps * batchSize }, () => random.integer(COUNT));
  const shape = [steps, batchSize, ...feed.noise.epsilon];
  const scalar = (value: number) =>
    ndarray("float32", [steps], new Float32Array(steps).fill(value));
  return {
    epoch: 1,
    examples: feed.examples,
    indices: ndarray("int32", [steps, batchSize], indices),
    perStep: {
      epsilon: ndarray("float32", shape, random.normals(shape.reduce((a, b) => a * b))),
      learningRate: scalar(1e-3),
      beta: scalar(1),
    },
  };
}

/** Pixels in [0, 1], `[count, 28, 28, 1]`. */
export function randomPixels(count: number): NdArray<"float32"> {
  const random = new Random(2, "speed pixels");
  const pixels = Float32Array.from({ length: count * 784 }, () => random.uniform());
  return ndarray("float32", [count, 28, 28, 1], pixels);
}
