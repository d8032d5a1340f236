import { sizeOf } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { take } from "../../lib/array/rows.ts";
import { defineCommand, type Host } from "../../lib/command/command.ts";
import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import { formatDuration, Progress } from "../../lib/command/progress.ts";
import {
  classesOf,
  type Images,
  labelImages,
  type LabelledImages,
  loadParts,
  sampleEvenly,
} from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import { openModel } from "../../lib/run/open_model.ts";
import type { Run } from "../../lib/run/run_folder.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import { dataOptions } from "../data/options.ts";
import { trainOptions } from "../run/options.ts";
import { useBackend } from "../tfjs/backends.ts";
import { keptRows } from "./kept_rows.ts";
import {
  type Cell,
  cellsOf,
  CLASSIFIERS,
  COMPARED,
  isSame,
  type LabelledPoints,
  MAX_SEMI_SUPERVISED,
  type Points,
  type Representation,
} from "./label_classifiers.ts";
import { labelCountFiles, type LabelCountResult, scoreLines } from "./label_count_report.ts";
import { checkFailures, writeStudy } from "./run_study.ts";
import { ownOptions, threadShare } from "./study_options.ts";
import { type Train, trainAll } from "./train_all.ts";
import { trainProcess } from "./train_process.ts";
import { platform } from "../../lib/platform/platform.ts";

const { train, test, classes, size, grey } = dataOptions;

const options = {
  ...ownOptions("label-count"),
  train: { ...train, default: "fashion-mnist" },
  ...{ test, classes, size, grey },
  labels: {
    kind: "integers",
    description: "Numbers of labelled images",
    default: [50, 100, 600, 1000, 3000, 10_000, 60_000],
    min: 2,
  },
  draws: {
    kind: "integer",
    description: "Random samples of each number of labelled images; one if all are used",
    default: 5,
    min: 1,
  },
  latentDim: {
    kind: "integer",
    description: "Latent variables of each autoencoder",
    default: 16,
    min: 1,
  },
  epochs: { kind: "integer", description: "Epochs of each autoencoder", default: 15, min: 1 },
  seed: trainOptions.seed,
  engine: trainOptions.engine,
  threads: trainOptions.threads,
} as const satisfies OptionTable;

/** The study `label-count`. */
export const labelCount = defineCommand({
  name: "label-count",
  task: "study",
  description:
    "Compares classifiers by how many labels they have, on representations that a VAE, a denoising autoencoder and few-labels learned without any (as Kingma et al., 2014, section 4)",
  options,
  examples: [
    { does: "On Fashion-MNIST, which takes hours", line: "deno task study label-count" },
    {
      does: "A short run",
      line: "deno task study label-count --labels 100,1000 --draws 2 --epochs 5",
    },
  ],
  run: (values, host) => runLabelCount(values, { ...host, train: trainProcess }),
});

/** Trains, measures what `results.json` does not hold yet, and writes table, chart and report. */
export async function runLabelCount(
  values: Values,
  { print, status, train }: Pick<Host, "print" | "status"> & { train: Train },
): Promise<void> {
  const { out, labels, draws } = values;
  const data = await loadLabelled(values);
  const runs = await trainRepresentations(values, { print, train });
  const progress = new Progress(status);
  await useBackend("cpu");
  const points = await represent(data, runs);
  const kept = await keptRows<LabelCountResult>(`${out}/results.json`);
  const wanted = cellsOf(labels, { count: data.train.labels.length, draws });
  const open = wanted.filter((cell) => !kept.rows.some((row) => isSame(row, cell)));
  const started = performance.now();
  for (const [i, cell] of open.entries()) {
    const measured = await measure(cell, { points, data, ...values });
    await kept.add(measured);
    const { accuracy, seconds } = measured;
    progress.line(
      `${cell.labels} labels, sample ${cell.draw + 1}: ${cell.classifier} ${
        accuracy.toFixed(4)
      } in ${formatDuration(seconds)}`,
    );
    progress.update({
      unit: "fits",
      done: i + 1,
      total: open.length,
      seconds: (performance.now() - started) / 1000,
    });
  }
  progress.clear();
  const names = COMPARED.map(([name]) => name);
  const rows = kept.rows.filter((row) => wanted.some((cell) => isSame(cell, row)));
  await writeStudy(out, await labelCountFiles(rows, { names }));
  for (const line of scoreLines(rows, names)) print(line);
  print(`written to ${out}: table.csv, chart.png, report.html, results.json`);
}

type Values = OptionValues<typeof options>;

interface LabelledData {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly classes: readonly number[];
}

/** The digits of mnist: by themselves the systems would take three of them. */
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

async function loadLabelled(values: Values): Promise<LabelledData> {
  const { train, test } = await loadParts({
    ...values,
    size: values.size === undefined ? undefined : { height: values.size, width: values.size },
    channels: values.grey ? 1 : undefined,
  });
  const labelled = (role: "train" | "test", part: typeof test) => {
    if (part?.labels !== undefined) return labelImages(part.images, part.labels);
    throw new InputError(
      `Cannot compare classifiers: there are no labelled images to ${role} on, --${role} gives them`,
    );
  };
  const parts = { train: labelled("train", train), test: labelled("test", test) };
  const classes = classesOf(parts.train.labels);
  const [count] = parts.train.images.shape;
  const wrong = values.labels.find((labels) => labels < classes.length || labels > count);
  if (wrong === undefined) return { ...parts, classes };
  throw new InputError(
    `Cannot use --labels ${wrong}: there are ${classes.length} classes and ${count} training images, a number from one to the other is needed`,
  );
}

/** The effort of few-labels: at 1 it takes much longer than the autoencoders. */
const EFFORT = 0.5;

/** Trains a VAE and a denoising autoencoder of equal layers, and features by contrast: none sees a label. */
async function trainRepresentations(
  { out, parallel, epochs, latentDim, ...values }: Values,
  { print, train }: { print: Host["print"]; train: Train },
): Promise<ReadonlyMap<string, Run>> {
  const { test, size, grey, seed, engine, threads } = values;
  const classes = values.classes ?? (values.train === "mnist" ? DIGITS : undefined);
  const layers = { network: "mlp", hidden: [512, 256], latentDim, epochs };
  const { runs, failures } = await trainAll({
    trials: [
      { name: "vae", options: { model: "vae", ...layers, clusterEpochs: 0 } },
      { name: "denoising", options: { model: "autoencoder", ...layers, corruption: 0.5 } },
      { name: "contrast", options: { model: "few-labels", labelsPerClass: 0, effort: EFFORT } },
    ],
    out,
    parallel,
    values: {
      ...{ train: values.train, test, classes, size, grey, seed, engine },
      threads: threadShare({ threads, parallel }),
    },
    train,
    print,
  });
  checkFailures(failures, 3);
  return runs;
}

/** The representations of all training images and of the test images. */
type Represented = ReadonlyMap<Representation, Pick<LabelledPoints, "train" | "test">>;

async function represent(
  { train, test }: LabelledData,
  runs: ReadonlyMap<string, Run>,
): Promise<Represented> {
  const points = new Map<Representation, Pick<LabelledPoints, "train" | "test">>();
  for (const [name, run] of runs) {
    const encoder = await openModel(run, "encoder");
    points.set(name as Representation, {
      train: await encodeImages(encoder, train.images),
      test: await encodeImages(encoder, test.images),
    });
    await encoder.release();
  }
  const flat = ({ shape: [count, ...size], ...images }: Images) =>
    ({ ...images, shape: [count, sizeOf(size)] }) as Points;
  return points.set("pixels", { train: flat(train.images), test: flat(test.images) });
}

async function measure(
  { classifier, labels: count, draw }: Cell,
  { points, data, seed, threads }: {
    points: Represented;
    data: LabelledData;
    seed: number;
    threads: number;
  },
): Promise<LabelCountResult> {
  const [, representation, kind] = COMPARED.find(([name]) => name === classifier)!;
  const { train, test } = points.get(representation)!;
  const index = (labels: Int32Array) => labels.map((label) => data.classes.indexOf(label));
  const labels = index(data.train.labels);
  const { sampled, others } = sampleEvenly(labels, {
    count,
    random: new Random(seed, `labels ${count} ${draw}`),
  });
  const started = performance.now();
  const predicted = await CLASSIFIERS[kind]({
    train: take(train, sampled),
    labels: Int32Array.from(sampled, (row) => labels[row]),
    others: take(train, others.slice(0, MAX_SEMI_SUPERVISED)),
    test,
    classes: data.classes.length,
    seed: seed + draw,
    threads,
  });
  const truth = index(data.test.labels);
  return {
    ...{ classifier, labels: count, draw },
    accuracy: predicted.filter((label, i) => label === truth[i]).length / truth.length,
    seconds: (performance.now() - started) / 1000,
    megabytes: platform.memoryUsage().rss / 2 ** 20,
  };
}
