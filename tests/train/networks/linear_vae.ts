import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../lib/array/random.ts";
import type { Vae } from "../../../train/networks/vae.ts";

/** The sizes of {@linkcode linearVae}: pixels of an image and latent variables. */
export const PIXELS = 4;
export const LATENT = 2;

/** Fixed numbers between -1 and 1, by name. */
export function numbers(name: string, count: number): Float32Array {
  const random = new Random(0, name);
  return Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);
}

/** The matrices of {@linkcode linearVae}, row-major. */
export const MATRICES = {
  mean: numbers("mean", PIXELS * LATENT),
  logVar: numbers("log variance", PIXELS * LATENT),
  decode: numbers("decode", LATENT * PIXELS),
};

/**
 * A VAE of matrix products, simple enough for a float64 reference: the reconstruction loss is the
 * squared error of `z decode`.
 */
export function linearVae(): Vae {
  const product = (x: tf.Tensor, values: Float32Array, columns: number) =>
    tf.matMul(
      tf.reshape(x, [x.shape[0], -1]) as tf.Tensor2D,
      tf.tensor2d(values, [values.length / columns, columns]),
    ) as tf.Tensor2D;
  const decode = (z: tf.Tensor) =>
    tf.reshape(product(z, MATRICES.decode, PIXELS), [-1, 2, 2, 1]) as tf.Tensor4D;
  return {
    latentDim: LATENT,
    networks: {} as Vae["networks"],
    encode: (images) => ({
      zMean: product(images, MATRICES.mean, LATENT),
      zLogVar: product(images, MATRICES.logVar, LATENT),
    }),
    decode,
    reconstructionLoss: (z, images) =>
      tf.sum(tf.squaredDifference(decode(z), images), [1, 2, 3]) as tf.Tensor1D,
  };
}

/** A row times a row-major matrix, in float64. */
export function times(row: readonly number[], matrix: Float32Array, columns: number): number[] {
  return Array.from(
    { length: columns },
    (_, j) => row.reduce((sum, value, i) => sum + value * matrix[i * columns + j], 0),
  );
}

/** The rows of numbers as arrays. */
export function rowsOf(values: Float32Array, columns: number): number[][] {
  return Array.from(
    { length: values.length / columns },
    (_, i) => [...values.subarray(i * columns, (i + 1) * columns)],
  );
}

/** The mean of a function over indices. */
export function meanOver(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}

/** What both objectives compute of image `i`, in float64: posterior, sample, reconstruction loss. */
export function posteriorOf(image: readonly number[], epsilon: readonly number[]) {
  const mean = times(image, MATRICES.mean, LATENT);
  const logVar = times(image, MATRICES.logVar, LATENT);
  const z = mean.map((value, j) => value + Math.exp(logVar[j] / 2) * epsilon[j]);
  const decoded = times(z, MATRICES.decode, PIXELS);
  const reconstruction = decoded.reduce((sum, value, p) => sum + (value - image[p]) ** 2, 0);
  return { mean, logVar, z, reconstruction };
}

/** The tensors of a batch, disposed of with the scope that calls it. */
export function tensors(
  batch: Readonly<Record<string, readonly [readonly number[], Float32Array]>>,
) {
  return Object.fromEntries(
    Object.entries(batch).map(([name, [shape, values]]) => [name, tf.tensor(values, [...shape])]),
  );
}
