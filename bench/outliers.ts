/**
 * What `classifier.onnx` flags at a rate of 1 %: test images of its own classes, other classes of the
 * same data set, the other data set, and images that are nothing.
 *
 * @module
 */
import { ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { slice, take } from "../lib/array/rows.ts";
import { optionDefaults } from "../lib/command/flags.ts";
import { type Images, NAMED_DATASETS } from "../lib/data/mod.ts";
import { isOutlier } from "../lib/latent/outlier_detector.ts";
import type { Model } from "../lib/onnx/mod.ts";
import { createSession } from "../lib/runtime/mod.ts";
import { classifyImages } from "../lib/runtime/run_images.ts";
import { dataOptions, needOptions } from "../train/data/options.ts";
import { prepareData } from "../train/data/prepare_data.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { fewLabels } from "../train/systems/few_labels.ts";
import { vae } from "../train/systems/vae.ts";
import { formatTable } from "./table.ts";

/** Trained on each; a small effort, as the features matter less than the histograms. */
const RUNS = [
  { system: "few-labels", train: "mnist", other: "fashion-mnist", classes: [1, 4, 8] },
  { system: "few-labels", train: "mnist", other: "fashion-mnist", classes: [...Array(10).keys()] },
  { system: "few-labels", train: "fashion-mnist", other: "mnist", classes: [0, 1, 8] },
  { system: "vae", train: "mnist", other: "fashion-mnist", classes: [1, 4, 8] },
] as const;
const EFFORT = 0.15;

/** Trains each run and prints the share of each kind of images that are outliers. */
export async function benchOutliers(print: (line: string) => void): Promise<void> {
  const table = [["run", "its classes", "other classes", "other set", "black", "white"]];
  table[0].push("noise", "shuffled", "10,000 images on one thread");
  for (const { system, train, other, classes } of RUNS) {
    const { data } = await prepareData("few-labels", {
      ...optionDefaults(dataOptions),
      ...optionDefaults(needOptions["few-labels"]),
      train,
      classes: classes.map(String),
      seed: 0,
    });
    const { models } = system === "vae"
      ? await trainSystem(vae, data, { seed: 0 })
      : await trainSystem(fewLabels, data, { seed: 0, options: { effort: EFFORT } });
    const row = await measure(models["classifier_uint8.onnx"], { train, other, classes });
    table.push([`${system} ${train} ${classes}`, ...row]);
    print(table.at(-1)!.join("  "));
  }
  print(formatTable(table));
}

async function measure(
  model: Model,
  { train, other, classes }: { train: string; other: string; classes: readonly number[] },
): Promise<string[]> {
  const { images, labels } = await testImages(train);
  const rows = (own: boolean) =>
    take(images, [...labels.keys()].filter((i) => classes.includes(labels[i]) === own));
  const own = rows(true);
  const strangers = [rows(false), (await testImages(other)).images, ...nothings(own)];
  const session = await createSession(model, { threads: 1 });
  const shares: string[] = [];
  for (const set of [own, ...strangers]) {
    if (set.shape[0] === 0) {
      shares.push("none");
      continue;
    }
    const { outlierScores } = await classifyImages(session, set);
    const flagged = outlierScores!.filter((score) => isOutlier(score)).length;
    shares.push(`${(100 * flagged / set.shape[0]).toFixed(1)} %`);
  }
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    await classifyImages(session, images);
    times.push((performance.now() - started) / 1000);
  }
  await session.release();
  return [...shares, `${Math.min(...times).toFixed(2)} s`];
}

async function testImages(name: string): Promise<{ images: Images; labels: Int32Array }> {
  const source = await NAMED_DATASETS[name].open("test");
  for await (const images of source.chunks(source.count)) {
    return { images, labels: source.labels! };
  }
  throw new Error(`Cannot read ${name}: it has no images`);
}

/** A thousand black images, white ones, noise, and images whose pixels are shuffled. */
function nothings(images: Images): Images[] {
  const some = slice(images, 0, 1000);
  const size = some.data.length / 1000;
  const random = new Random(0, "nothings");
  const filled = (pixel: (i: number) => number) =>
    ndarray("uint8", some.shape, Uint8Array.from({ length: 1000 * size }, (_, i) => pixel(i)));
  const orders = Array.from({ length: 1000 }, () => random.permutation(size));
  return [
    filled(() => 0),
    filled(() => 255),
    filled(() => random.integer(256)),
    filled((i) => some.data[i - i % size + orders[Math.floor(i / size)][i % size]]),
  ];
}
