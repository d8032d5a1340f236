import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import {
  encodeNpz,
  labelImages,
  type LabelledImages,
  loadImages,
  sampleLabelled,
  takeLabelled,
  toFloat32,
  toUint8,
} from "../lib/data/mod.ts";
import { ndarray, sizeOf } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { slice } from "../lib/array/rows.ts";
import { LabelStore } from "../infer/label/label_store.ts";
import { offerImages } from "../lib/labelling/offer_images.ts";
import { encodePng } from "../lib/plot/png.ts";
import { readLabelling } from "../lib/run/labelling_file.ts";
import { readMetrics } from "../lib/run/metrics_file.ts";
import { readRun } from "../lib/run/run_folder.ts";
import { inFolder, runMain } from "./command_line.ts";

const CLASSES = [1, 4, 8];

/** Labelled images of each class. */
const PER_CLASS = 5;

/**
 * What the test images must at least be classified to. Over the seeds 0 to 9, each with its own
 * draw of labels, the same run reached 0.971 in the mean and 0.930 at worst. Chance is a third, and
 * the nearest of the mean images of the same labels 0.880 in the mean.
 */
const LEAST_ACCURACY = 0.92;

/** Small and quick, with more latent variables than a plane has, which so few images need. */
const FLAGS =
  "--model vae --latent-dim 5 --hidden 128 --batch-size 16 --epochs 3 --cluster-epochs 2 --seed 0";

Deno.test("train and classify: from 2,000 real digits without labels and 15 with, to a CSV", async () => {
  await inFolder(async (dir) => {
    const { labelled, rest } = sampleLabelled(await someDigits("mnist", 2000 + 3 * PER_CLASS), {
      perClass: PER_CLASS,
      seed: 0,
    });
    const test = await someDigits("mnist:test", 1000);
    await writeImages(`${dir}/train.npz`, { ...rest, labels: undefined });
    await writeImages(`${dir}/val.npz`, labelled);
    await writeImages(`${dir}/test.npz`, { ...test, labels: undefined });

    const run = async (main: string, words: string) => {
      const { code, stderr } = await runMain(main, words.split(" "), { cwd: dir });
      assertEquals(code, 0, stderr);
    };
    await run("train/main.ts", `--train train.npz --val val.npz --out run ${FLAGS}`);
    await run("infer/main.ts", "classify test.npz --run run --out vae.csv");

    const rows = parse(await Deno.readTextFile(`${dir}/vae.csv`), { skipFirstRow: true });
    const accuracy = agreement(rows.map((row) => Number(row.Predicted_Label)), test.labels);
    assert(accuracy >= LEAST_ACCURACY, `the accuracy is ${accuracy}`);
    const baseline = agreement(nearestMeans(labelled, test), test.labels);
    assert(accuracy > baseline, `${accuracy}, and the nearest mean image gives ${baseline}`);
  });
});

Deno.test("what the page of label saves is what train takes: from photos without labels to scores", async () => {
  await inFolder(async (dir) => {
    const photos = await someDigits("mnist", 300);
    const test = await someDigits("mnist:test", 300);
    await Deno.mkdir(`${dir}/photos`);
    const names = Array.from(photos.labels, (_, row) => `${String(row).padStart(3, "0")}.png`);
    for (const [row, name] of names.entries()) {
      const pixels = toUint8(slice(photos.images, row, row + 1)).data;
      const png = encodePng({ pixels, width: 28, height: 28, channels: 1 });
      await Deno.writeFile(`${dir}/photos/${name}`, png);
    }
    await writeImages(`${dir}/test.npz`, test);
    const run = async (words: string) => {
      const { code, stderr } = await runMain("train/main.ts", words.split(" "), { cwd: dir });
      assertEquals(code, 0, stderr);
    };
    await run("--train photos --out waiting --effort 0.1");

    const store = new LabelStore(`${dir}/waiting`, names);
    const { space } = await readLabelling(await readRun(`${dir}/waiting`));
    const offers = offerImages(space, { done: new Set() }, { count: 15 });
    const decisions = offers.map(({ row }) => ({ row, label: `digit ${photos.labels[row]}` }));
    // One more, of which a person said that it is of no interest.
    const other = photos.labels.findIndex((_, row) => !offers.some((offer) => offer.row === row));
    const { saved } = await store.save([...decisions, { row: other }], await store.read());
    assert(saved);

    await run("--train photos --val waiting/labels.csv --out named --effort 0.1");
    const { classNames, data } = (await readRun(`${dir}/named`)).manifest;
    assertEquals(classNames, ["digit 1", "digit 4", "digit 8"]);
    assertEquals(data.counts.labelled, 15);
    const { scored, classification } = await readMetrics(await readRun(`${dir}/named`));
    assertEquals([scored!.split, scored!.count], ["labelled images by cross-validation", 15]);
    assert(classification!.accuracy >= 0.8, `cross-validated ${classification!.accuracy}`);
    const words = ["classify", "test.npz", "--run", "named", "--out", "predicted.csv"];
    const { code, stderr } = await runMain("infer/main.ts", words, { cwd: dir });
    assertEquals(code, 0, stderr);
    const rows = parse(await Deno.readTextFile(`${dir}/predicted.csv`), { skipFirstRow: true });
    const predicted = rows.map((row) => Number(String(row.Predicted_Label).slice(-1)));
    const accuracy = agreement(predicted, test.labels);
    assert(accuracy >= 0.85, `the accuracy is ${accuracy}`);
  });
});

/** Digits of the three classes, drawn by a fixed seed. */
async function someDigits(name: string, count: number): Promise<LabelledImages> {
  const { images, labels } = await loadImages(name, { classes: CLASSES });
  const rows = new Random(0, name).permutation(labels!.length).subarray(0, count);
  return takeLabelled(labelImages(images, labels!), rows);
}

async function writeImages(
  path: string,
  { images, labels }: { images: LabelledImages["images"]; labels: Int32Array | undefined },
): Promise<void> {
  const arrays = labels && { labels: ndarray("int32", [labels.length], labels) };
  await Deno.writeFile(path, encodeNpz({ images, ...arrays }));
}

/** The class of the labelled images whose mean lies nearest to each image. */
function nearestMeans({ images, labels }: LabelledImages, test: LabelledImages): number[] {
  const size = sizeOf(images.shape.slice(1));
  const known = toFloat32(images).data;
  const pixels = toFloat32(test.images).data;
  const means = CLASSES.map((label) => {
    const mean = new Float64Array(size);
    labels.forEach((other, i) => {
      if (other !== label) return;
      for (let p = 0; p < size; p++) mean[p] += known[i * size + p] / PER_CLASS;
    });
    return mean;
  });
  return Array.from(test.labels, (_, i) => {
    const image = pixels.subarray(i * size, (i + 1) * size);
    const distances = means.map((mean) =>
      mean.reduce((sum, value, p) => sum + (value - image[p]) ** 2, 0)
    );
    return CLASSES[distances.indexOf(Math.min(...distances))];
  });
}

/** The part of labels that two lists share. */
function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  let same = 0;
  for (let i = 0; i < a.length; i++) same += a[i] === b[i] ? 1 : 0;
  return same / a.length;
}
