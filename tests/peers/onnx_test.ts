import { assert, assertEquals } from "@std/assert";
import { buildClassifier } from "../../lib/latent/classifier_graph.ts";
import { encodeNpz, readNpz, toFloat32, toUint8 } from "../../lib/data/mod.ts";
import { COVARIANCE_TYPES, type Points } from "../../lib/mixture/mod.ts";
import {
  fitLatentClassifier,
  type LabelledLatents,
  type MemberOptions,
  TRANSFORM_NAMES,
} from "../../lib/latent/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { fitOutlierDetector } from "../../lib/latent/fit_outlier_detector.ts";
import { buildDescription, outputOutliers } from "../../lib/latent/outlier_graph.ts";
import {
  BASE_OPSET,
  encodeModel,
  GraphBuilder,
  type Model,
  type Value,
} from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { trainSystem } from "../../train/run/train_system.ts";
import { vae } from "../../train/systems/vae.ts";
import { inFolder } from "../command_line.ts";
import { blobs } from "../train/core/step_case.ts";
import { runPython } from "./python.ts";
import { take } from "../../lib/array/rows.ts";

/** What `onnx_peer.py` says of a file. */
interface Examined {
  producer: string;
  description: string;
  metadata: Record<string, string>;
  opset: Record<string, number>;
  inputs: Record<string, (string | number)[]>;
  outputs: Record<string, (string | number)[]>;
  /** Results whose type or shape full inference did not find. */
  untyped: string[];
  random: string[];
}

const BATCHES = [1, 3, 257];

/**
 * How far two releases of ONNX Runtime may lie apart, absolutely up to 1 and relatively above: some
 * hundred roundings of float32, where they sum in another order. (On one machine they mostly agree
 * to the bit.)
 */
const TOLERANCE = 1e-5;

const TOLERANCES: Readonly<Record<string, number>> = {
  // Log densities are sums of squares as large as 100, which lose digits to each other.
  log_likelihood: 1e-4,
  // So are distances; and held-out images lie close together where the score rises fastest.
  outlier_score: 1e-3,
};

const CLASSES = [4, 7, 300];
const images = blobs(300);

const MODELS = {
  "two latent variables": { hidden: [24, 12] },
  "five latent variables, gaussian": {
    hidden: [24],
    latentDim: 5,
    reconstruction: "gaussian",
    standardDeviation: 0.2,
  },
} as const;

/** Every transform with every covariance type, and all transforms together. */
const CLASSIFIERS: Record<string, MemberOptions[]> = {
  ...Object.fromEntries(
    TRANSFORM_NAMES.flatMap((transform) =>
      COVARIANCE_TYPES.map((covarianceType) => [
        `${transform}-${covarianceType}`,
        [{ transform, covarianceType, componentsPerClass: 1 }],
      ])
    ),
  ),
  "ensemble": TRANSFORM_NAMES.map((transform) => ({ transform, componentsPerClass: 2 })),
};

const metadata = { purpose: "parity", seed: "1" };

for (const [name, options] of Object.entries(MODELS)) {
  Deno.test(`onnx and its runtime take every file of a model with ${name}`, async (t) => {
    const models = await buildModels(options);
    const batches = await drawBatches(models.encoder);
    const { report, answers } = await examine(models, batches);
    for (const [file, model] of Object.entries(models)) {
      await t.step(`${file}.onnx passes onnx.checker and full shape inference`, () => {
        checkExamined(report[file], model);
      });
      await t.step(`${file}.onnx gives the same numbers in Python`, async () => {
        await compareAnswers(model, answers[file], batches);
      });
    }
  });
}

/** A trained model's files by name: encoder, decoder and classifiers. */
async function buildModels(
  options: (typeof MODELS)[keyof typeof MODELS],
): Promise<Record<string, Model>> {
  const labels = Int32Array.from({ length: 30 }, (_, i) => CLASSES[i % 3]);
  const data = {
    train: images,
    validation: undefined,
    labelled: { images: take(images, [...labels.keys()]), labels },
    test: undefined,
    labelSamples: [],
  };
  const { models } = await trainSystem(vae, data, {
    options: { ...options, epochs: 3, clusterEpochs: 0 },
    batchSize: 20,
    session: { threads: 1 },
    metadata,
  });
  const { "encoder.onnx": encoder, "decoder.onnx": decoder } = models;
  const trained = {
    trained: models["classifier.onnx"],
    "trained-uint8": models["classifier_uint8.onnx"],
    histograms: await withHistograms(encoder),
  };
  const { latents, labelled } = await encodeLabelled(encoder);
  const classifiers = Object.entries(CLASSIFIERS).flatMap(([name, members]) => {
    const classifier = fitLatentClassifier(latents, labelled, { members });
    return [
      [name, buildClassifier(encoder, classifier)],
      [`${name}-uint8`, buildClassifier(encoder, classifier, { input: "uint8" })],
    ];
  });
  return { encoder, decoder, ...trained, ...Object.fromEntries(classifiers) };
}

/** Outliers by histograms of gradients, which `few-labels` has in its classifier. */
async function withHistograms(encoder: Model): Promise<Model> {
  const options = { shape: images.shape.slice(1), look: "histograms of gradients" } as const;
  const encode = (builder: GraphBuilder, values: Value) => ({
    straight: values,
    zMean: builder.inline(encoder.graph, { images: values }).z_mean,
  });
  const detector = await fitOutlierDetector(images, buildDescription(options, encode));
  const builder = new GraphBuilder({ name: "outliers" });
  const values = builder.input("images", "float32", ["batch", ...options.shape]);
  const described = { images: values, ...encode(builder, values) };
  outputOutliers(builder, described, { ...options, detector });
  return { graph: builder.build(), opset: BASE_OPSET, description: "Tells outliers", metadata };
}

/** The latent means of all images, and 30 with the third of the image that holds the blob. */
async function encodeLabelled(
  encoder: Model,
): Promise<{ latents: Points; labelled: LabelledLatents }> {
  const session = await createSession(encoder, { threads: 1 });
  const { z_mean: { data, shape: [count, latentDim] } } = await session.run({
    images: toFloat32(images),
  });
  await session.release();
  const latents = ndarray("float64", [count, latentDim], Float64Array.from(data as Float32Array));
  const labels = Int32Array.from({ length: 30 }, (_, i) => {
    const image = images.data.subarray(i * 64, (i + 1) * 64);
    const column = image.indexOf(Math.max(...image)) % 8;
    return CLASSES[Math.floor(column / 3)];
  });
  const known = ndarray("float64", [30, latentDim], latents.data.slice(0, 30 * latentDim));
  return { latents, labelled: { latents: known, labels } };
}

type Batches = Record<"images" | "z", Record<string, NdArray<"float32">>>;

/** What to ask of encoders and classifiers, and of decoders, by batch size. */
async function drawBatches(encoder: Model): Promise<Batches> {
  const session = await createSession(encoder, { threads: 1 });
  const batches: Batches = { images: {}, z: {} };
  for (const size of BATCHES) {
    const rows = Uint32Array.from({ length: size }, (_, i) => (size + i) % images.shape[0]);
    const batch = toFloat32(take(images, rows));
    batches.images[size] = batch;
    batches.z[size] = (await session.run({ images: batch })).z_mean as NdArray<"float32">;
  }
  await session.release();
  return batches;
}

/** Has Python look at the models and run them. */
async function examine(
  models: Record<string, Model>,
  batches: Batches,
): Promise<{
  report: Record<string, Examined>;
  answers: Record<string, Record<string, NdArray>>;
}> {
  let report = {};
  const answers: Record<string, Record<string, NdArray>> = {};
  await inFolder(async (dir) => {
    for (const [name, arrays] of Object.entries(batches)) {
      await Deno.writeFile(`${dir}/${name}.npz`, encodeNpz(arrays));
    }
    for (const [name, model] of Object.entries(models)) {
      await Deno.writeFile(`${dir}/${name}.onnx`, encodeModel(model));
    }
    report = JSON.parse(await runPython("onnx_peer.py", [dir]));
    for (const name of Object.keys(models)) {
      answers[name] = await readNpz(`${dir}/${name}.answers.npz`);
    }
  });
  return { report, answers };
}

function checkExamined(examined: Examined, { graph, description, opset, ...model }: Model): void {
  assertEquals(examined.producer, "glimpse");
  assertEquals([examined.description, examined.metadata], [description, model.metadata]);
  assert(examined.description !== "");
  for (const [key, value] of Object.entries(metadata)) assertEquals(examined.metadata[key], value);
  // ONNX's own operators alone: nothing that only one runtime has.
  assertEquals(examined.opset, { "": opset });
  assertEquals([examined.untyped, examined.random], [[], []]);
  const values = Object.entries({ ...examined.inputs, ...examined.outputs });
  for (const [name, shape] of values) assertEquals(shape[0], "batch", name);
  for (const { name, shape } of graph.outputs) assertEquals(examined.outputs[name], shape);
}

/** Compares what Python's runtime answered with what ours does. */
async function compareAnswers(
  model: Model,
  answers: Record<string, NdArray>,
  batches: Batches,
): Promise<void> {
  const session = await createSession(model, { threads: 1 });
  const [{ name: input, dtype }] = model.graph.inputs;
  for (const size of BATCHES) {
    const batch = batches[input as "images" | "z"][size];
    const expected = await session.run({ [input]: dtype === "uint8" ? asBytes(batch) : batch });
    for (const [name, { data, shape, dtype }] of Object.entries(expected)) {
      const answer = answers[`${name}_${size}`];
      assertEquals([answer.dtype, answer.shape], [dtype, shape]);
      if (dtype === "int64" || dtype === "bool") {
        assertEquals(answer.data, data);
        continue;
      }
      const tolerance = TOLERANCES[name] ?? TOLERANCE;
      const error = largestError(answer.data as Float32Array, data as Float32Array);
      assert(error <= tolerance, `${name} of ${size} images is off by ${error}`);
    }
  }
  await session.release();
}

function asBytes({ data, shape }: NdArray<"float32">): NdArray<"uint8"> {
  return toUint8(ndarray("float32", shape, data));
}

/** The largest difference: absolute up to 1, relative above; infinite if a number is none. */
function largestError(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce((worst, value, i) => {
    const error = Math.abs(actual[i] - value) / Math.max(1, Math.abs(value));
    return error <= worst ? worst : Number.isNaN(error) ? Infinity : error;
  }, 0);
}
