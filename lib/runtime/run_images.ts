import { checkConstraints, isIntegerFrom } from "../constraints.ts";
import type { Images } from "../data/dataset.ts";
import { toFloat32 } from "../data/pixels.ts";
import { type NdArray, sizeOf } from "../array/ndarray.ts";
import { join, slice } from "../array/rows.ts";
import type { Session } from "./session.ts";

/** Options for running a model over images. */
export interface RunImagesOptions {
  /**
   * How many images go through the model at a time.
   * @default {1000, and less for images larger than 28x28}
   */
  chunkSize?: number;
  /** Gives a model bytes as floats in [0, 1]. @default {false} */
  floats?: boolean;
}

/** Rows of arrays of a shape that are in memory as floats, and in activations, at a time. */
export function chunkRows([, ...row]: readonly number[]): number {
  return Math.max(1, Math.min(1000, Math.floor(800_000 / sizeOf(row))));
}

/** The predictions of a classifier. */
export interface Classified {
  /** `[count]` */
  readonly labels: Int32Array;
  /** `[count, classes]` */
  readonly probabilities: NdArray<"float32">;
  /** Of the latent means under the mixture, `[count]`, where there is one. */
  readonly logLikelihood?: Float32Array;
  /** The latent means, `[count, latentDim]`, where there is a latent space. */
  readonly zMean?: NdArray<"float32">;
  /** How unlike the training images each is, `[count]`, where the classifier tells. */
  readonly outlierScores?: Float32Array;
}

/**
 * The latent representation of each image: the encoder's output `z_mean`, or else `z`.
 *
 * @param encoder A session of `encoder.onnx`.
 * @returns `[count, latentDim]`, or of another shape that `decoder.onnx` takes.
 */
export async function encodeImages(
  encoder: Session,
  images: Images,
  { chunkSize = chunkRows(images.shape) }: RunImagesOptions = {},
): Promise<NdArray<"float32">> {
  const output = encoder.outputNames.includes("z_mean") ? "z_mean" : "z";
  const parts: NdArray<"float32">[] = [];
  for (const [start, end] of ranges(images.shape[0], chunkSize)) {
    const chunk = toFloat32(slice(images, start, end));
    const answer = await encoder.run({ images: chunk }, [output]);
    parts.push(answer[output] as NdArray<"float32">);
  }
  return join(parts);
}

/**
 * The image of each latent point.
 *
 * @param decoder A session of `decoder.onnx` or `generator.onnx`.
 * @param z `[count, latentDim]`
 */
export async function decodeLatents(
  decoder: Session,
  z: NdArray<"float32">,
  { chunkSize = 1000 }: RunImagesOptions = {},
): Promise<NdArray<"float32">> {
  const parts: NdArray<"float32">[] = [];
  for (const [start, end] of ranges(z.shape[0], chunkSize)) {
    const { images } = await decoder.run({ z: slice(z, start, end) }, ["images"]);
    parts.push(images as NdArray<"float32">);
  }
  return join(parts);
}

/**
 * The predicted label and the probabilities of each image.
 *
 * @param classifier A session of `classifier.onnx`, or for images of bytes `classifier_uint8.onnx`.
 */
export async function classifyImages(
  classifier: Session,
  images: Images,
  { chunkSize = chunkRows(images.shape), floats = false }: RunImagesOptions = {},
): Promise<Classified> {
  const labels = new Int32Array(images.shape[0]);
  const names = classifier.outputNames;
  const numbers = (name: string) =>
    names.includes(name) ? new Float32Array(images.shape[0]) : undefined;
  const logLikelihood = numbers("log_likelihood");
  const outlierScores = numbers("outlier_score");
  const zMean: NdArray<"float32">[] | undefined = names.includes("z_mean") ? [] : undefined;
  const probabilities: NdArray<"float32">[] = [];
  for (const [start, end] of ranges(images.shape[0], chunkSize)) {
    const chunk = slice(images, start, end);
    const answer = await classifier.run({ images: floats ? toFloat32(chunk) : chunk });
    labels.set(Int32Array.from(answer.label.data as BigInt64Array, Number), start);
    logLikelihood?.set(answer.log_likelihood.data as Float32Array, start);
    outlierScores?.set(answer.outlier_score.data as Float32Array, start);
    probabilities.push(answer.probabilities as NdArray<"float32">);
    zMean?.push(answer.z_mean as NdArray<"float32">);
  }
  return {
    labels,
    probabilities: join(probabilities),
    ...logLikelihood && { logLikelihood },
    ...zMean && { zMean: join(zMean) },
    ...outlierScores && { outlierScores },
  };
}

function* ranges(count: number, size: number): Generator<[number, number]> {
  checkConstraints(
    { chunkSize: size },
    [["chunkSize", "an integer of 1 or more", isIntegerFrom(1)]],
    "run model",
  );
  // Of no rows the shape of the results is wanted all the same.
  if (count === 0) yield [0, 0];
  for (let start = 0; start < count; start += size) yield [start, Math.min(start + size, count)];
}
