import type * as tf from "@tensorflow/tfjs-core";
import { take } from "../../lib/array/rows.ts";
import { type Images, toFloat32 } from "../../lib/data/mod.ts";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { BASE_OPSET, type Difference, type Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import {
  compareWithEager,
  type Computation,
  type FreeInput,
  recordFreeBatch,
} from "./free_batch.ts";
import { type Model, namedVariables } from "../models/model.ts";

/** The opset of exported models: the lowest that has every operator the rules use. */
export const EXPORT_OPSET = BASE_OPSET;

/** The batch sizes at which an export is compared with TensorFlow.js. */
const VERIFIED_BATCHES = [1, 3, 257];

/** The greatest absolute difference from TensorFlow.js that an export may have. */
const MAX_DIFFERENCE = 1e-4;

/** A model in ONNX. */
export interface ExportedModel {
  /** `images` `[batch, height, width, channels]` in [0, 1] -> `z_mean`, `z_log_var`. */
  readonly encoder: OnnxModel;
  /** `z` `[batch, latentDim]` -> `images` in [0, 1]. */
  readonly decoder: OnnxModel;
  /** The greatest absolute difference of each file from TensorFlow.js. */
  readonly exportCheck: Readonly<Record<"encoder.onnx" | "decoder.onnx", number>>;
}

/** Options for {@linkcode exportModel}. */
export interface ExportOptions {
  /** Images to compare with TensorFlow.js on; they are repeated where there are too few. */
  images: Images;
  /** What the files shall say of themselves. @default {{}} */
  metadata?: Readonly<Record<string, string>>;
}

/**
 * Records a model's encoder and decoder as ONNX, free in the batch size and free of random
 * operations, and compares them with TensorFlow.js.
 *
 * @throws {Error} If an output differs from TensorFlow.js by more than 1e-4.
 */
export async function exportModel(
  model: Model,
  { images, metadata = {} }: ExportOptions,
): Promise<ExportedModel> {
  const encode = encodeFunction(model);
  const batchOf = (count: number) => {
    const rows = Uint32Array.from({ length: count }, (_, i) => i % images.shape[0]);
    return toFloat32(take(images, rows));
  };

  const encoder = exportEncoder(model, metadata);
  const encoderDifference = await verify(
    encoder,
    encode,
    VERIFIED_BATCHES.map((count) => ({ images: batchOf(count) })),
  );

  const decoder = exportDecoder(model, metadata);
  const session = await createSession(encoder);
  const latents = await Promise.all(VERIFIED_BATCHES.map(async (count) => {
    const { z_mean: z } = await session.run({ images: batchOf(count) }, ["z_mean"]);
    return { z };
  }));
  await session.release();
  const decoderDifference = await verify(decoder, decodeFunction(model), latents);
  return {
    encoder,
    decoder,
    exportCheck: { "encoder.onnx": encoderDifference, "decoder.onnx": decoderDifference },
  };
}

/** A model's encoder in ONNX, not compared with TensorFlow.js. */
export function exportEncoder(
  model: Model,
  metadata: Readonly<Record<string, string>> = {},
): OnnxModel {
  const { imageShape, latentDim } = model;
  return {
    graph: recordParts("encoder", encodeFunction(model), {
      inputs: { images: imageShape },
      model,
    }),
    opset: EXPORT_OPSET,
    description: `Maps images of ${
      imageShape.join("x")
    }, pixels in [0, 1], to the mean and the log variance of ${latentDim} latent variables`,
    metadata,
  };
}

/** A model's decoder in ONNX, not compared with TensorFlow.js. */
export function exportDecoder(
  model: Model,
  metadata: Readonly<Record<string, string>> = {},
): OnnxModel {
  const { imageShape, latentDim } = model;
  return {
    graph: recordParts("decoder", decodeFunction(model), { inputs: { z: [latentDim] }, model }),
    opset: EXPORT_OPSET,
    description: `Maps ${latentDim} latent variables to images of ${
      imageShape.join("x")
    }, pixels in [0, 1]`,
    metadata,
  };
}

function decodeFunction(model: Model): Computation {
  return ({ z }) => ({ images: model.decode(z as tf.Tensor2D) });
}

function encodeFunction(model: Model): Computation {
  return ({ images }) => {
    const { zMean, zLogVar } = model.encode(images as tf.Tensor4D);
    return { z_mean: zMean, z_log_var: zLogVar };
  };
}

function recordParts(
  name: string,
  fn: Computation,
  { inputs, model }: { inputs: Record<string, readonly number[]>; model: Model },
) {
  const specs = Object.entries(inputs).map(([name, shape]): [string, FreeInput] => [
    name,
    { shape: [null, ...shape] },
  ]);
  return recordFreeBatch(fn, {
    name,
    inputs: Object.fromEntries(specs),
    parameters: namedVariables(model),
  });
}

/** The greatest difference between a graph and the function it was recorded from. */
async function verify(
  onnx: OnnxModel,
  fn: Computation,
  batches: readonly Record<string, NdArray>[],
): Promise<number> {
  const session = await createSession(onnx);
  const found: Difference[] = [];
  for (const inputs of batches) found.push(...await compareWithEager(session, fn, inputs));
  await session.release();
  const worst = found.reduce((a, b) => b.absoluteDifference <= a.absoluteDifference ? a : b);
  if (!(worst.absoluteDifference <= MAX_DIFFERENCE)) {
    throw new Error(
      `Cannot export "${onnx.graph.name}": its output "${worst.name}" differs from TensorFlow.js by ${worst.absoluteDifference}, at most ${MAX_DIFFERENCE} is allowed`,
    );
  }
  return worst.absoluteDifference;
}
