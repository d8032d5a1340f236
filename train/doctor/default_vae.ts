import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import type { Chunk, EngineOptions, Rows } from "../core/engines/old/engine.ts";
import { buildVae } from "../models/vae.ts";
import { trainableVariables } from "../models/mod.ts";
import { elboObjective } from "../objectives/elbo.ts";
import { adam } from "../core/optimizers.ts";

/** Random images to train on; MNIST-sized, so that no data set is needed. */
const COUNT = 2000;

/** The default VAE with what trains it, on the TensorFlow.js backend that is active. */
export function defaultVae(batchSize: number): Omit<EngineOptions, "threads"> {
  const model = buildVae([28, 28, 1]);
  return {
    model,
    objective: elboObjective(model),
    optimizer: adam(trainableVariables(model)),
    batchSize,
    rowTypes: { images: "uint8" },
  };
}

/** The rows that {@linkcode randomChunk} draws its batches from. */
export function randomRows(): Rows {
  const random = new Random(0, "speed images");
  const pixels = Uint8Array.from({ length: COUNT * 784 }, () => random.integer(256));
  return { images: ndarray("uint8", [COUNT, 28, 28, 1], pixels) };
}

/** What `steps` steps of the default VAE draw. */
export function randomChunk(
  steps: number,
  { rows, batchSize }: { rows: Rows; batchSize: number },
): Chunk {
  const random = new Random(1, "speed chunk");
  return {
    indices: Int32Array.from({ length: steps * batchSize }, () => random.integer(COUNT)),
    epsilon: random.normals(steps * batchSize * 2),
    rows,
    scalars: {
      learningRate: new Float32Array(steps).fill(1e-3),
      beta: new Float32Array(steps).fill(1),
    },
  };
}

/** Pixels in [0, 1], `[count, 28, 28, 1]`. */
export function randomPixels(count: number): NdArray<"float32"> {
  const random = new Random(2, "speed pixels");
  const pixels = Float32Array.from({ length: count * 784 }, () => random.uniform());
  return ndarray("float32", [count, 28, 28, 1], pixels);
}
