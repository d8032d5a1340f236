import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { type LabelledImages, toFloat32 } from "../../../lib/data/mod.ts";
import { InputError } from "../../../lib/input_error.ts";
import { encodeModel } from "../../../lib/onnx/mod.ts";
import { type Trained, trainSystem } from "../../../train/run/train_system.ts";
import { fewLabels } from "../../../train/systems/few_labels.ts";
import { open, part, sides, withoutLabels } from "./tiny_system.ts";

Deno.test("few-labels learns two plain classes from two labels each: files agree, are the same again, and without other samples", async () => {
  const all = sides(68);
  const data = {
    labelled: part(all, 0, 4),
    train: part(all, 4, 68).images,
    validation: undefined,
    test: sides(20),
    labelSamples: [part(all, 6, 10)],
  };
  const options = { options: { effort: 0.2 }, session: { threads: 1 } };
  const trained = await trainSystem(fewLabels, data, options);
  const { meanF1, labelSamples } = trained.metrics.classification!;
  assert(meanF1 > 0.9, `${meanF1}`);
  assertEquals(labelSamples!.count, 1);
  assert(labelSamples!.worst > 0.9, `${labelSamples!.worst}`);
  assertEquals([...new Set(trained.history.map(({ phase }) => phase))], [
    "contrast",
    ...[1, 2, 3, 4, 5].map((round) => `refine ${round}`),
    "reconstruct",
  ]);
  const classifier = await open(trained, "classifier.onnx");
  const bytes = await open(trained, "classifier_uint8.onnx");
  const encoder = await open(trained, "encoder.onnx");
  const { images } = data.test;
  const answer = await classifier.run({ images: toFloat32(images) });
  assertEquals(answer.probabilities.shape, [20, 2]);
  assertEquals((await bytes.run({ images })).label.data, answer.label.data);
  assertEquals(
    (await encoder.run({ images: toFloat32(images) })).z_mean.data,
    answer.z_mean.data,
  );
  for (const session of [classifier, bytes, encoder]) await session.release();
  const again = await trainSystem(fewLabels, { ...data, labelSamples: [] }, options);
  assertEquals(await hashes(again), await hashes(trained));
});

/** Of the models; a list of differing bytes would fill the memory. */
function hashes({ models }: Trained): Promise<string[]> {
  return Promise.all(
    Object.values(models).map(async (model) => {
      const hash = await crypto.subtle.digest("SHA-256", encodeModel(model).slice());
      return new Uint8Array(hash).toHex();
    }),
  );
}

/** The same on a light ground: dark marks on paper. */
function light(given: LabelledImages): LabelledImages {
  const data = given.images.data.map((value, i) => {
    const isBorder = i % 8 === 0 || i % 8 === 7 || i % 64 < 8 || i % 64 >= 56;
    return isBorder ? 255 : 255 - value;
  });
  return { ...given, images: { ...given.images, data } as LabelledImages["images"] };
}

/** Trains on a light ground, with two classes that are easily told apart. */
async function trainLight(options: { classifier?: "mixture" } = {}) {
  const all = sides(68);
  const data = {
    labelled: light(part(all, 0, 6)),
    train: light(part(all, 6, 68)).images,
    validation: undefined,
    test: light(sides(20)),
    labelSamples: [],
  };
  const trained = await trainSystem(fewLabels, data, {
    options: { effort: 0.05, ...options },
    session: { threads: 1 },
  });
  return { trained, data };
}

Deno.test("few-labels with --classifier mixture writes a classifier of the same outputs", async () => {
  const { trained, data } = await trainLight({ classifier: "mixture" });
  assertEquals(trained.metrics.classification!.meanF1, 1);
  assertEquals(trained.metrics.selection !== undefined, true);
  const opened = await open(trained, "classifier.onnx");
  assertEquals(opened.outputNames, [
    ...["label", "probabilities", "log_likelihood", "z_mean"],
    ...["outlier", "outlier_score"],
  ]);
  const { label } = await opened.run({ images: toFloat32(data.test.images) });
  assertEquals([...label.data].map(Number), [...data.test.labels]);
  await opened.release();
  const labelSamples = [part(sides(12), 8, 12)];
  await assertRejects(
    () => trainSystem(fewLabels, { ...data, labelSamples }, { options: { classifier: "mixture" } }),
    InputError,
    "Cannot score other samples of labels with --classifier mixture",
  );
});

Deno.test("few-labels inverts dark marks on a light ground, and its models take them as they come", async () => {
  const { trained, data } = await trainLight();
  assertEquals(trained.metrics.classification!.meanF1, 1);
  const images = toFloat32(data.test.images);
  const [classifier, encoder, decoder] = await Promise.all(
    ["classifier", "encoder", "decoder"].map((name) => open(trained, `${name}.onnx`)),
  );
  const answer = await classifier.run({ images });
  const { z_mean } = await encoder.run({ images });
  assertEquals(z_mean.data, answer.z_mean.data);
  // On a light ground again.
  const decoded = await decoder.run({ z: z_mean });
  const corners = [...decoded.images.data].filter((_, i) => i % 64 === 0).map(Number);
  assert(corners.every((value) => value > 0.5), `${corners}`);
  for (const each of [classifier, encoder, decoder]) await each.release();
});

Deno.test("few-labels tells classes apart by colour alone, on images that it makes smaller", async () => {
  // Noise of 16x16 whose middle is grey, and which leans to red (label 1) or to blue (label 4).
  const random = new Random(0);
  const tinted = (count: number): LabelledImages => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % 2 === 0 ? 1 : 4);
    const pixels = Uint8Array.from({ length: count * 768 }, (_, p) => {
      const tint = (p % 3 === 0) === (labels[Math.floor(p / 768)] === 1) ? 60 : 0;
      return 40 + random.integer(100) + (p % 3 === 1 ? 30 : tint);
    });
    return { images: ndarray("uint8", [count, 16, 16, 3], pixels), labels };
  };
  const all = tinted(68);
  const test = tinted(20);
  const trained = await trainSystem(fewLabels, {
    labelled: part(all, 0, 4),
    train: part(all, 4, 68).images,
    validation: undefined,
    test,
    labelSamples: [part(all, 6, 10)],
  }, { options: { effort: 0.1, shrink: 2 }, session: { threads: 1 } });
  const { meanF1, labelSamples } = trained.metrics.classification!;
  assert(meanF1 > 0.9, `${meanF1}`);
  assert(labelSamples!.worst > 0.9, `${labelSamples!.worst}`);
  assertEquals(trained.chosen, { batchSize: 17 });
  // The files take images as they come, and give images of their size.
  const images = toFloat32(test.images);
  const classifier = await open(trained, "classifier.onnx");
  const bytes = await open(trained, "classifier_uint8.onnx");
  const encoder = await open(trained, "encoder.onnx");
  const decoder = await open(trained, "decoder.onnx");
  const answer = await classifier.run({ images });
  assertEquals((await bytes.run({ images: test.images })).label.data, answer.label.data);
  const { z_mean: z } = await encoder.run({ images });
  assertEquals(z.data, answer.z_mean.data);
  assertEquals((await decoder.run({ z })).images.shape, [20, 16, 16, 3]);
  for (const session of [classifier, bytes, encoder, decoder]) await session.release();
});

Deno.test("few-labels makes images smaller only where there are labels", async () => {
  await assertRejects(
    () => trainSystem(fewLabels, withoutLabels(sides(20)), { options: { shrink: 2 } }),
    InputError,
    "Cannot use --shrink without labels",
  );
});

Deno.test("few-labels needs two classes", async () => {
  const all = sides(40);
  const labelled = { images: part(all, 0, 6).images, labels: new Int32Array(6).fill(4) };
  const train = part(all, 6, 40).images;
  const data = { labelled, train, validation: undefined, test: undefined, labelSamples: [] };
  await assertRejects(
    () => trainSystem(fewLabels, data),
    InputError,
    "Cannot train few-labels: all labelled images have label 4, at least two classes are needed",
  );
});

Deno.test("few-labels says where classes are not to be found, and how coarse the rate of outliers is", async () => {
  const random = new Random(1);
  const noise = (count: number) => ({
    images: ndarray(
      "uint8",
      [count, 8, 8, 1],
      Uint8Array.from({ length: count * 64 }, () => random.integer(256)),
    ),
    labels: Int32Array.from({ length: count }, (_, i) => i % 4),
  });
  const all = noise(120);
  const { warnings = [] } = await trainSystem(fewLabels, {
    labelled: part(all, 0, 12),
    train: part(all, 12, 120).images,
    validation: undefined,
    test: noise(60),
    labelSamples: [],
  }, { options: { effort: 0.05 }, session: { threads: 1 } });
  const text = warnings.join("\n");
  assertMatch(
    text,
    /^classes overlap: two ways to spread the labels disagree on \d+ % of the images/m,
  );
  assertMatch(text, /^only 60 training images could be held out to set the limit of outliers/m);
  assertMatch(
    text,
    /^.* on raw pixels scores 0\.\d+ with the same labels, this run 0\.\d+ \(on 60 images\)/m,
  );
});
