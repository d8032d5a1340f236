/**
 * The system `classifier` on CIFAR-10: accuracy, F1 and seconds an epoch beside PyTorch's same network,
 * images, steps, rates and penalties, both without augmentation; what augmentation adds; and whether
 * class weights help where classes have from 500 to 1,200 images.
 *
 * @module
 */
import { ndarray } from "../lib/array/ndarray.ts";
import { mean } from "../lib/array/stats.ts";
import { formatNumber } from "../lib/command/progress.ts";
import { optionDefaults } from "../lib/command/flags.ts";
import { encodeNpz } from "../lib/data/npz.ts";
import { type LabelledImages, takeLabelled } from "../lib/data/mod.ts";
import { classificationScores, confusionMatrix } from "../lib/metrics/classification.ts";
import { createSession } from "../lib/runtime/mod.ts";
import { classifyImages } from "../lib/runtime/run_images.ts";
import { chooseEngine } from "../train/core/engines/choose_engine.ts";
import { dataOptions, needOptions } from "../train/data/options.ts";
import { prepareData } from "../train/data/prepare_data.ts";
import type { LabelledData } from "../train/data/roles.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { classifier } from "../train/systems/classifier.ts";
import { fitCnnFilters, fitHead } from "../train/systems/classifier_options.ts";
import { type Peer, startPeer } from "./peer.ts";
import { formatTable, median } from "./table.ts";

const BATCH = 128;

/** Options for {@linkcode benchClassifier}. */
export interface BenchClassifierOptions {
  readonly seeds: number;
  readonly epochs: number;
  /** A folder with `train/CLASS/` and `test/CLASS/`. */
  readonly cifar: string | undefined;
}

/** What is measured of one training. */
interface Measured {
  readonly accuracy: number;
  readonly meanF1: number;
  readonly macroF1: number;
  readonly secondsPerEpoch: number;
}

type Options = Readonly<Record<string, unknown>>;

/** Trains each contestant once a seed, and prints a table each of networks and of class weights. */
export async function benchClassifier(
  print: (line: string) => void,
  { seeds, epochs, cifar }: BenchClassifierOptions,
): Promise<void> {
  if (cifar === undefined) throw new Error("Cannot measure classifier: --cifar DIR is needed");
  const data = await load(cifar);
  const fixed = { epochs, patience: 0 };
  const plain = { ...fixed, augment: false };
  const peer = await startPeer("classifier.py");
  const contestants: Readonly<Record<string, (seed: number) => Promise<Measured>>> = {
    "ours": (seed) => measure(data, { ...plain, seed }),
    [`PyTorch ${peer.version}`]: (seed) => askPeer(peer, data, { ...plain, seed }),
    "ours, augmented copies": (seed) => measure(data, { ...fixed, seed }),
  };
  await compare(`CIFAR-10 as JPEG, ${epochs} epochs`, contestants, { seeds, print });
  await peer.stop();
  const skewed = { ...data, train: skew(data.train), validation: undefined };
  const total = skewed.train.labels.length;
  // As many steps as the same epochs of all images would be a third of.
  const more = { epochs: Math.ceil(epochs * data.train.labels.length / total / 3), patience: 0 };
  await compare(`500 to 1,200 images a class, ${total} in all, ${more.epochs} epochs`, {
    "equal weights": (seed) => measure(skewed, { ...more, seed }),
    "--class-weights balanced": (seed) =>
      measure(skewed, { ...more, seed, classWeights: "balanced" }),
  }, { seeds, print });
}

async function compare(
  title: string,
  contestants: Readonly<Record<string, (seed: number) => Promise<Measured>>>,
  { seeds, print }: { seeds: number; print: (line: string) => void },
): Promise<void> {
  const found = Object.keys(contestants).map((): Measured[] => []);
  for (let seed = 0; seed < seeds; seed++) {
    for (const [i, [name, run]] of Object.entries(contestants).entries()) {
      found[i].push(await run(seed));
      const { accuracy, secondsPerEpoch } = found[i].at(-1)!;
      print(`${name}, seed ${seed}: ${formatNumber(accuracy)}, ${secondsPerEpoch.toFixed(1)} s`);
    }
  }
  const range = (values: readonly number[]) =>
    `${mean(values).toFixed(4)} (${Math.min(...values).toFixed(4)} to ${
      Math.max(...values).toFixed(4)
    })`;
  print(`${title}, ${seeds} seeds: means and ranges on the test images`);
  print(formatTable([
    ["", "accuracy", "(macro + micro) / 2 F1", "macro F1", "seconds an epoch"],
    ...Object.keys(contestants).map((name, i) => [
      name,
      range(found[i].map(({ accuracy }) => accuracy)),
      range(found[i].map(({ meanF1 }) => meanF1)),
      range(found[i].map(({ macroF1 }) => macroF1)),
      median(found[i].map(({ secondsPerEpoch }) => secondsPerEpoch)).toFixed(1),
    ]),
  ]));
}

async function load(cifar: string): Promise<LabelledData> {
  const { data } = await prepareData("labels", {
    ...optionDefaults(dataOptions),
    ...optionDefaults(needOptions.labels),
    train: `${cifar}/train`,
    test: `${cifar}/test`,
    validationSplit: 0,
    seed: 0,
  });
  return data;
}

/** The first images of each class, from 500 of the first to 1,200 of the last. */
function skew(all: LabelledImages): LabelledImages {
  const classes = [...new Set(all.labels)].sort((a, b) => a - b);
  const rows = classes.flatMap((label, i) => {
    const count = 500 + Math.round(700 * i / (classes.length - 1));
    return [...all.labels.keys()].filter((row) => all.labels[row] === label).slice(0, count);
  });
  return takeLabelled(all, rows.sort((a, b) => a - b));
}

async function measure(
  data: LabelledData,
  { seed, ...options }: Options & { seed: number },
): Promise<Measured> {
  const engine = await chooseEngine("auto", { device: undefined });
  const trained = await trainSystem(classifier, data, {
    options,
    seed,
    batchSize: BATCH,
    engine: engine.name,
  });
  const rates = trained.history.map(({ imagesPerSecond }) => Number(imagesPerSecond));
  const session = await createSession(trained.models["classifier.onnx"]);
  const { labels } = await classifyImages(session, data.test!.images, { floats: true });
  await session.release();
  const steps = Math.floor(data.train.labels.length / BATCH);
  return scoresOf(data, labels, steps * BATCH / median(rates));
}

function scoresOf(
  { test }: LabelledData,
  predicted: ArrayLike<number>,
  secondsPerEpoch: number,
): Measured {
  const { accuracy, meanF1, macro } = classificationScores(
    confusionMatrix(test!.labels, predicted),
  );
  return { accuracy, meanF1, macroF1: macro.f1, secondsPerEpoch };
}

async function askPeer(
  peer: Peer,
  data: LabelledData,
  options: Options & { seed: number },
): Promise<Measured> {
  const { train, test } = data;
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  try {
    const labels = ndarray("int32", [train.labels.length], train.labels);
    await Deno.writeFile(
      path,
      encodeNpz({ train: train.images, test: test!.images, labels }),
    );
    const { predicted, seconds } = await peer.ask<{ predicted: number[]; seconds: number[] }>(
      JSON.stringify({
        ...optionDefaults(classifier.options),
        hidden: fitHead({ isFrozen: false }).hidden,
        filters: fitCnnFilters(train.images.shape.slice(1)),
        batchSize: BATCH,
        ...options,
        path,
      }),
    );
    return scoresOf(data, predicted, median(seconds));
  } finally {
    await Deno.remove(path);
  }
}
