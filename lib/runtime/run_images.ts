import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import { type NdArray, ndarray, sliceRows } from "../array/ndarray.ts";
import type { Session } from "./session.ts";

/** Options for running a model over images. */
export interface RunImagesOptions {
  /**
   * How many images go through the model at a time.
   *
   * @default {1000}
   */
  chunkSize?: number;
}

/** What a classifier says of images. */
export interface Classified {
  /** `[count]` */
  readonly labels: Int32Array;
  /** `[count, classes]` */
  readonly probabilities: NdArray<"float32">;
  /** `[count]` */
  readonly logLikelihood: Float32Array;
  /** `[count, latentDim]` */
  readonly zMean: NdArray<"float32">;
}

/** The rows `[start, end)` of images, without copying. */
export function sliceImages(images: Images, start: number, end: number): Images {
  const size = images.height * images.width * images.channels;
  return {
    ...images,
    count: end - start,
    pixels: images.pixels.subarray(start * size, end * size),
  };
}

/**
 * The latent mean of each image.
 *
 * @param encoder A session of `encoder.onnx`.
 * @returns `[count, latentDim]`
 */
export async function encodeImages(
  encoder: Session,
  images: Images,
  { chunkSize = 1000 }: RunImagesOptions = {},
): Promise<NdArray<"float32">> {
  const parts: NdArray<"float32">[] = [];
  for (const [start, end] of ranges(images.count, chunkSize)) {
    const chunk = toFloat32(images, start, end);
    const { z_mean: zMean } = await encoder.run({ images: chunk }, ["z_mean"]);
    parts.push(zMean as NdArray<"float32">);
  }
  return joinRows(parts);
}

/**
 * The image that each point of the latent space stands for.
 *
 * @param decoder A session of `decoder.onnx`.
 * @param z `[count, latentDim]`
 */
export async function decodeLatents(
  decoder: Session,
  z: NdArray<"float32">,
  { chunkSize = 1000 }: RunImagesOptions = {},
): Promise<Images> {
  const parts: NdArray<"float32">[] = [];
  for (const [start, end] of ranges(z.shape[0], chunkSize)) {
    const { images } = await decoder.run({ z: sliceRows(z, start, end) }, ["images"]);
    parts.push(images as NdArray<"float32">);
  }
  const { shape: [count, height, width, channels], data } = joinRows(parts);
  return { pixels: data, count, height, width, channels };
}

/**
 * The label of each image, and how sure it is.
 *
 * @param classifier A session of `classifier.onnx`, or for images of bytes `classifier_uint8.onnx`.
 */
export async function classifyImages(
  classifier: Session,
  images: Images,
  { chunkSize = 1000 }: RunImagesOptions = {},
): Promise<Classified> {
  const labels = new Int32Array(images.count);
  const logLikelihood = new Float32Array(images.count);
  const probabilities: NdArray<"float32">[] = [];
  const zMean: NdArray<"float32">[] = [];
  for (const [start, end] of ranges(images.count, chunkSize)) {
    const answer = await classifier.run({ images: pixelsOf(sliceImages(images, start, end)) });
    labels.set(Int32Array.from(answer.label.data as BigInt64Array, Number), start);
    logLikelihood.set(answer.log_likelihood.data as Float32Array, start);
    probabilities.push(answer.probabilities as NdArray<"float32">);
    zMean.push(answer.z_mean as NdArray<"float32">);
  }
  return {
    labels,
    logLikelihood,
    probabilities: joinRows(probabilities),
    zMean: joinRows(zMean),
  };
}

/** Pixels as they are, without copying. */
function pixelsOf({ pixels, count, height, width, channels }: Images): NdArray {
  const shape = [count, height, width, channels];
  return pixels instanceof Uint8Array
    ? ndarray("uint8", shape, pixels)
    : ndarray("float32", shape, pixels);
}

function* ranges(count: number, size: number): Generator<[number, number]> {
  for (let start = 0; start < count; start += size) yield [start, Math.min(start + size, count)];
}

function joinRows(parts: readonly NdArray<"float32">[]): NdArray<"float32"> {
  if (parts.length === 1) return parts[0];
  const count = parts.reduce((rows, { shape }) => rows + shape[0], 0);
  const data = new Float32Array(parts.reduce((length, part) => length + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return ndarray("float32", [count, ...parts[0].shape.slice(1)], data);
}
