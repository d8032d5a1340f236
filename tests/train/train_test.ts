import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseFlags } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { classifyLatents } from "../../lib/latent/mod.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { type Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { classifyImages, encodeImages } from "../../lib/runtime/run_images.ts";
import { type Images, type LabelledImages, toFloat32 } from "../../lib/data/mod.ts";
import { trainOptions } from "../../train/options.ts";
import type { PreparedData } from "../../train/prepare_data.ts";
import { train, type TrainValues } from "../../train/train.ts";
import { tinyImages } from "../tiny_run.ts";
import { labelsInTurn, QUICK } from "./tiny_files.ts";

/** The values of `train`'s flags, quick ones first. */
function valuesOf(flags = ""): TrainValues {
  const command = { name: "train", description: "", options: trainOptions, examples: [] };
  const args = [...QUICK, ...flags.split(" ").filter((flag) => flag !== "")];
  return parseFlags(args, command) as TrainValues;
}

function labelledImages(count: number): LabelledImages {
  const labels = labelsInTurn(count);
  return { images: imagesOf(labels), labels: Int32Array.from(labels) };
}

function imagesOf(labels: readonly number[]): Images {
  return ndarray("uint8", [labels.length, 4, 4, 1], tinyImages(labels));
}

const data: PreparedData = {
  unlabelled: imagesOf(labelsInTurn(180)),
  validation: imagesOf(labelsInTurn(21)),
  labelled: labelledImages(15),
  test: labelledImages(60),
  scale: 255,
};

async function withSession<T>(
  model: OnnxModel,
  use: (session: Awaited<ReturnType<typeof createSession>>) => Promise<T>,
): Promise<T> {
  const session = await createSession(model, { threads: 1 });
  const result = await use(session);
  await session.release();
  return result;
}

Deno.test("train() tells its listener of every stage in order", async () => {
  const told: string[] = [];
  const tell = (what: string) => () => {
    if (told.at(-1) !== what) told.push(what);
  };
  const { history } = await train(data, valuesOf(), {
    onModel: tell("model"),
    onProgress: tell("progress"),
    onEpochEnd: tell("epoch"),
    onSelection: tell("selection"),
  });
  assertEquals(told, ["model", "progress", "epoch", "progress", "epoch", "selection"]);
  assertEquals(history.epochs.length, 2);
  for (const { valLoss } of history.epochs) assert(Number.isFinite(valLoss));
});

Deno.test("train() gives classifiers that say what encoder and mixture say, for bytes and floats", async () => {
  const { encoder, classifiers, selection, metrics } = await train(data, valuesOf());
  const { images, labels } = data.test!;
  const latents = await withSession(encoder, (session) => encodeImages(session, images));
  const expected = classifyLatents(
    selection.classifier,
    ndarray("float64", latents.shape, Float64Array.from(latents.data)),
  );
  const floats = toFloat32(images);
  for (const [input, given] of [["uint8", images], ["float32", floats]] as const) {
    const answer = await withSession(
      classifiers[input],
      (session) => classifyImages(session, given),
    );
    assertEquals(answer.labels, expected.labels);
    answer.probabilities.data.forEach((value, i) =>
      assert(Math.abs(value - expected.probabilities.data[i]) < 1e-4)
    );
  }
  const right = expected.labels.filter((label, i) => label === labels[i]).length;
  assertEquals([metrics.accuracy, metrics.count], [right / 60, 60]);
});

Deno.test("train() scores the labelled images if there are no others, and says so", async () => {
  const { test: _test, validation: _validation, ...rest } = data;
  const { metrics, history } = await train(rest, valuesOf("--seed 4"));
  assertEquals([metrics.count, metrics.seed], [15, 4]);
  assert(/^labelled images, .*no measure of unseen images$/.test(metrics.split));
  assertEquals(history.epochs[0].valLoss, undefined);
});

Deno.test("train() describes the run: model, classes, shape, options, versions, checks", async () => {
  const { description } = await train(
    { ...data, classNames: ["a", "b"] },
    valuesOf("--latent-dim 3 --seed 9 --out somewhere --force"),
  );
  const { options, versions, exportCheck, ...rest } = description;
  assertEquals(rest, {
    system: "vae",
    classes: [1, 4, 8],
    classNames: ["a", "b"],
    imageShape: [4, 4, 1],
    scale: 255,
    latentDim: 3,
    seed: 9,
  });
  // Where the run was written decides nothing of it.
  assertEquals([options.out, options.force, options.latentDim], [undefined, undefined, 3]);
  for (const name of ["glimpse", "deno", "onnxruntime-node", "tensorflow.js"]) {
    assert(/^\d+\.\d+\.\d+/.test(versions[name]), name);
  }
  for (const difference of Object.values(exportCheck)) assert(difference <= 1e-4);
});

Deno.test("train() refuses a model with more parameters than maxParams before it trains", async () => {
  let epochs = 0;
  const listener = { onEpochEnd: () => epochs++ };
  await assertRejects(
    () => train(data, valuesOf("--max-params 659"), listener),
    InputError,
    "Cannot train: the model has 660 parameters, --max-params allows 659",
  );
  assertEquals(epochs, 0);
  await train(data, valuesOf("--max-params 660"), listener);
  assertEquals(epochs, 2);
});

Deno.test("train() stops early by patience", async () => {
  const { history } = await train(
    data,
    valuesOf("--epochs 50 --cluster-epochs 0 --patience 1 --learning-rate 1e-30"),
  );
  assertEquals([history.epochs.length, history.stoppedEarly], [2, true]);
});
