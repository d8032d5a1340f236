import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { join, slice } from "../../lib/array/rows.ts";
import { optionDefaults } from "../../lib/command/flags.ts";
import type { Images } from "../../lib/data/mod.ts";
import { LABEL_TEMPERATURE, sampleConditional } from "../../lib/latent/sample_conditional.ts";
import type { Model } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { classifyImages } from "../../lib/runtime/run_images.ts";
import { chooseEngine } from "../../train/core/engines/choose_engine.ts";
import { dataOptions, needOptions } from "../../train/data/options.ts";
import { prepareData, type PrepareValues } from "../../train/data/prepare_data.ts";
import { type Trained, trainSystem } from "../../train/run/train_system.ts";
import { classifier } from "../../train/systems/classifier.ts";

const FILTERS = [32, 64, 128];

/** Trained with another seed than what it judges. */
const SEED = 1000;

/** One for each data set, trained when it is first needed. */
const trained = new Map<string, Promise<Model>>();

/** A classifier of convolutions, trained on all training images. */
async function classifierOf(train: string): Promise<Model> {
  if (!trained.has(train)) trained.set(train, trainClassifier(train));
  return await trained.get(train)!;
}

async function trainClassifier(train: string): Promise<Model> {
  const values = {
    ...optionDefaults(dataOptions),
    ...optionDefaults(needOptions.labels),
    train,
    seed: SEED,
  } as PrepareValues<"labels">;
  const { data } = await prepareData("labels", values);
  const { name: engine } = await chooseEngine("auto");
  const { models } = await trainSystem(classifier, data, {
    options: { filters: FILTERS },
    seed: SEED,
    engine,
  });
  return models["classifier.onnx"];
}

/** What the last layer of a data set's classifier sees of images, a mean over the map: `[count, 128]`. */
export async function independentFeatures(
  train: string,
  images: Images,
): Promise<NdArray<"float32">> {
  const model = await classifierOf(train);
  const { graph } = model;
  const last = graph.nodes.findLast(({ opType }) => opType === "Gemm" || opType === "MatMul")!;
  const name = last.inputs[0];
  const session = await createSession({
    ...model,
    graph: { ...graph, outputs: [{ name, dtype: "float32", shape: ["batch", "features"] }] },
  });
  const parts: NdArray<"float32">[] = [];
  for (let start = 0; start < images.shape[0]; start += 500) {
    const chunk = slice(images, start, Math.min(start + 500, images.shape[0]));
    const answer = await session.run({ images: chunk });
    parts.push(pool(answer[name] as NdArray<"float32">, FILTERS.at(-1)!));
  }
  await session.release();
  return join(parts);
}

/** The mean over places: `[count, places * channels]` to `[count, channels]`. */
function pool({ data, shape: [count, size] }: NdArray<"float32">, channels: number) {
  const pooled = new Float32Array(count * channels);
  data.forEach((value, i) => {
    pooled[Math.floor(i / size) * channels + i % channels] += value * channels / size;
  });
  return ndarray("float32", [count, channels], pooled);
}

/** Samples of each label. */
const SAMPLES = 1000;

/** The share of a conditional VAE's samples that MNIST's classifier gives the label asked for. */
export async function labelAgreement({ models, classes, latentDim }: Trained): Promise<number> {
  const session = await createSession(await classifierOf("mnist"));
  const prior = await createSession(models["prior.onnx"]);
  const decoder = await createSession(models["decoder.onnx"]);
  const random = new Random(0, "agreement");
  let right = 0;
  for (const [index, label] of classes!.entries()) {
    const condition = ndarray(
      "float32",
      [SAMPLES, classes!.length],
      new Float32Array(SAMPLES * classes!.length)
        .map((_, i) => i % classes!.length === index ? 1 : 0),
    );
    const noise = ndarray("float32", [SAMPLES, latentDim!], random.normals(SAMPLES * latentDim!));
    const answer = await prior.run({ condition });
    const z = sampleConditional(answer, noise, { temperature: LABEL_TEMPERATURE });
    const { images } = await decoder.run({ z, condition });
    const { labels } = await classifyImages(session, images as Images);
    right += labels.filter((found) => found === label).length;
  }
  await session.release();
  await prior.release();
  await decoder.release();
  return right / (SAMPLES * classes!.length);
}
