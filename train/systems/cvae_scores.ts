import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { join, slice, take } from "../../lib/array/rows.ts";
import { type Images, toFloat32 } from "../../lib/data/mod.ts";
import { LABEL_TEMPERATURE, sampleConditional } from "../../lib/latent/sample_conditional.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import type { Cvae } from "../networks/cvae.ts";
import { type QuadrantCount, quadrants } from "../networks/quadrants.ts";
import type { Context } from "./system.ts";

/** Importance samples of each image's likelihood, and how many images are measured by them. */
const IMPORTANCE = { samples: 100, images: 1000 } as const;

/** Rows of samples, and completions of each image, in the report. */
export const SHOWN = { rows: 10, completions: 5, images: 10 } as const;

/** Indices as rows of numbers of which one is 1, `[count, width]`. */
export function oneHot(indices: Int32Array, width: number): NdArray<"float32"> {
  const data = new Float32Array(indices.length * width);
  indices.forEach((index, row) => data[row * width + index] = 1);
  return ndarray("float32", [indices.length, width], data);
}

/**
 * -log p(x | c), a mean over images in nats: by importance samples of the encoder's distribution (Burda
 * et al., "Importance Weighted Autoencoders", 2015, equation 8).
 */
export async function negativeLogLikelihood(
  model: Cvae,
  { images, condition, latentDim, context }: {
    images: Images;
    condition: Images | NdArray<"float32"> | undefined;
    latentDim: number;
    context: Context;
  },
) {
  const count = Math.min(IMPORTANCE.images, images.shape[0]);
  const first = toFloat32(slice(images, 0, count));
  const given = condition && { condition: slice(condition as NdArray<"float32">, 0, count) };
  const inputs = {
    images: { shape: [null, ...images.shape.slice(1)], range: [0, 1] },
    ...given && { condition: { shape: [null, given.condition.shape[1]], range: [0, 1] as const } },
    epsilon: { shape: [null, latentDim] },
  } as const;
  const graph = await context.export((batch) => ({
    log_weight: model.logWeight(batch),
    ...model.baseline && { baseline_loss: model.baseline.loss(batch.images) },
  }), { name: "likelihood", description: "Weights of importance samples", inputs, verify: false });
  const session = await createSession(graph, context.session);
  const random = new Random(context.seed, "importance samples");
  const logSums = new Float64Array(count).fill(-Infinity);
  let baseline: number | undefined;
  for (let sample = 0; sample < IMPORTANCE.samples; sample++) {
    const epsilon = ndarray("float32", [count, latentDim], random.normals(count * latentDim));
    const answer = await session.run({ images: first, ...given, epsilon });
    (answer.log_weight.data as Float32Array).forEach((weight, i) => {
      const [low, high] = [Math.min(logSums[i], weight), Math.max(logSums[i], weight)];
      logSums[i] = high + Math.log1p(Math.exp(low - high));
    });
    const losses = answer.baseline_loss?.data as Float32Array | undefined;
    baseline ??= losses?.reduce((sum, loss) => sum + loss / count, 0);
    context.showProgress("samples", sample + 1, IMPORTANCE.samples);
  }
  await session.release();
  const total = logSums.reduce((sum, value) => sum + value, 0);
  return {
    negativeLogLikelihood: Math.log(IMPORTANCE.samples) - total / count,
    ...baseline !== undefined && { baselineNegativeLogLikelihood: baseline },
    importanceSamples: IMPORTANCE.samples,
    importanceImages: count,
  };
}

type Decode = (z: NdArray<"float32">, condition: Images) => Promise<Images>;

/** A row for each row of noise, a column for each class. */
export async function labelSamples(
  noise: NdArray<"float32">,
  classes: number,
  { models, decode, session }: {
    models: Readonly<Record<string, OnnxModel>>;
    decode: Decode;
    session: Context["session"];
  },
): Promise<Images> {
  const [rows] = noise.shape;
  const each = Array.from({ length: rows * classes }, (_, i) => Math.floor(i / classes));
  const condition = oneHot(Int32Array.from(each, (_, i) => i % classes), classes);
  const prior = await createSession(models["prior.onnx"], session);
  const answer = await prior.run({ condition });
  await prior.release();
  const z = sampleConditional(answer, take(noise, each), { temperature: LABEL_TEMPERATURE });
  return await decode(z, condition);
}

/** What is given, the baseline's answer, several completions, the images: a row each. */
export async function completions(
  models: Readonly<Record<string, OnnxModel>>,
  images: Images,
  { given, normals, decode, session }: {
    given: QuadrantCount;
    normals(rows: number): NdArray<"float32">;
    decode: Decode;
    session: Context["session"];
  },
): Promise<Images> {
  const condition = toFloat32(images);
  const ask = async (file: string) => {
    const opened = await createSession(models[file], session);
    const answer = await opened.run({ condition });
    await opened.release();
    return answer;
  };
  const prior = await ask("prior.onnx");
  const { images: baseline } = await ask("baseline.onnx");
  const rows: NdArray<"float32">[] = [];
  for (let i = 0; i < SHOWN.completions; i++) {
    const z = sampleConditional(prior, normals(images.shape[0]), { temperature: 1 });
    rows.push(await decode(z, images) as NdArray<"float32">);
  }
  const [height, width, channels] = images.shape.slice(1);
  const part = tf.tidy(() =>
    quadrants([height, width, channels], given)
      .given(tf.tensor(condition.data, [...condition.shape]))
  );
  const shown = ndarray("float32", condition.shape, await part.data<"float32">());
  part.dispose();
  return join([shown, baseline as NdArray<"float32">, ...rows, condition]);
}
