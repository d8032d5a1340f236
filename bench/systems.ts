/**
 * The generative systems: parameters, seconds and the figure of each on test images, after the last
 * epoch, beside PyTorch's same network on the same images with the same steps.
 *
 * @module
 */
import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { mean } from "../lib/array/stats.ts";
import { encodeNpz } from "../lib/data/npz.ts";
import type { Images } from "../lib/data/mod.ts";
import { formatNumber } from "../lib/command/progress.ts";
import { createSession } from "../lib/runtime/mod.ts";
import { classifyImages } from "../lib/runtime/run_images.ts";
import { optionDefaults, type OptionTable } from "../lib/command/flags.ts";
import { dataOptions, needOptions } from "../train/data/options.ts";
import { prepareData, type PrepareValues } from "../train/data/prepare_data.ts";
import type { DataByNeed, Need } from "../train/data/roles.ts";
import { type Trained, trainSystem } from "../train/run/train_system.ts";
import { autoencoder } from "../train/systems/autoencoder.ts";
import { classifier } from "../train/systems/classifier.ts";
import { cvae } from "../train/systems/cvae.ts";
import type { System } from "../train/systems/system.ts";
import { vae } from "../train/systems/vae.ts";
import { startPeer } from "./peer.ts";
import { formatTable } from "./table.ts";

/** A system with options, and the figure that it is measured by. */
interface Row {
  readonly title: string;
  readonly system: System<OptionTable, Need>;
  readonly data: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the figure is, and what it should reach. */
  readonly figure: string;
  readonly target: string;
  measure(trained: Trained, seed: number): number | Promise<number>;
  /** What `peers/systems.py` is asked, beside images and seed. */
  readonly peer?: Readonly<Record<string, unknown>>;
}

const meanSquaredError = ({ metrics }: Trained) => metrics.reconstruction!.meanSquaredError;
const AUTOENCODER = {
  system: autoencoder as unknown as Row["system"],
  data: "mnist",
  figure: "MSE",
  measure: meanSquaredError,
};

function autoencoderRow(
  title: string,
  { target, data = "mnist", ...options }:
    & { target: string; data?: string }
    & Record<
      string,
      unknown
    >,
): Row {
  const all = { ...optionDefaults(autoencoder.options), ...options };
  return { ...AUTOENCODER, title, data, options, target, peer: { system: "autoencoder", ...all } };
}

function completionRow(given: number, target: string): Row {
  const options = { condition: "part", given };
  return {
    title: `cvae, ${given} of 4 quadrants given`,
    system: cvae as unknown as Row["system"],
    data: "mnist",
    options,
    figure: "negative log-likelihood, 100 importance samples",
    target,
    measure: ({ metrics }) => Number(metrics.negativeLogLikelihood),
    peer: { system: "cvae", ...optionDefaults(cvae.options), ...options },
  };
}

/** Every row by name: to add one, add a line. */
const ROWS: Readonly<Record<string, Row>> = {
  "autoencoder": autoencoderRow("autoencoder, dense, latent 2", { target: "<= 0.0355" }),
  "denoising": autoencoderRow("autoencoder of convolutions, noise 0.5", {
    target: "<= 0.0132",
    network: "conv",
    latentDim: 0,
    corruption: 0.5,
    epochs: 20,
  }),
  "fashion-20": autoencoderRow("autoencoder of convolutions, Fashion, latent 20", {
    target: "PyTorch's",
    data: "fashion-mnist",
    network: "conv",
    latentDim: 20,
  }),
  "fashion-2": autoencoderRow("autoencoder of convolutions, Fashion, latent 2", {
    target: "PyTorch's",
    data: "fashion-mnist",
    network: "conv",
    latentDim: 2,
  }),
  "vae-16": {
    title: "vae, dense, latent 16, 10 epochs",
    system: vae as unknown as Row["system"],
    data: "mnist",
    options: {
      network: "mlp",
      hidden: [512, 256],
      latentDim: 16,
      consistency: 0,
      clusterEpochs: 0,
      epochs: 10,
      learningRate: 1e-3,
    },
    figure: "negative ELBO of held-out images",
    target: "<= 104",
    measure: ({ history }) => Number(history.at(-1)!.valLoss),
    peer: { system: "vae", hidden: [512, 256], latentDim: 16, epochs: 10, learningRate: 1e-3 },
  },
  "cvae": {
    title: "cvae of labels",
    system: cvae as unknown as Row["system"],
    data: "mnist",
    options: {},
    figure: "share of samples whose label an independent classifier finds",
    target: ">= 0.99",
    measure: agreement,
  },
  "completion-1": completionRow(1, "<= 71.8"),
  "completion-2": completionRow(2, "<= 51.0"),
  "completion-3": completionRow(3, "<= 24.2"),
};

/** Trains each row once a seed, and prints a table. */
export async function benchSystems(
  print: (line: string) => void,
  { seeds, rows = Object.keys(ROWS) }: { seeds: number; rows?: readonly string[] | undefined },
): Promise<void> {
  const table = [[
    "system",
    "parameters",
    "seconds",
    "figure",
    "mean",
    "worst",
    "PyTorch",
    "target",
  ]];
  for (const name of rows) {
    const row = ROWS[name];
    if (row === undefined) {
      throw new Error(`Cannot measure ${name}: rows are ${Object.keys(ROWS).join(", ")}`);
    }
    const found = [];
    for (let seed = 0; seed < seeds; seed++) {
      found.push(await measureRow(row, seed));
      const { figure, seconds, peer } = found.at(-1)!;
      print(`${row.title}, seed ${seed}: ${figure} in ${Math.round(seconds)} s, PyTorch ${peer}`);
    }
    const figures = found.map(({ figure }) => figure);
    const worst = row.target.startsWith(">") ? Math.min(...figures) : Math.max(...figures);
    const peers = found.flatMap(({ peer }) => peer ?? []);
    table.push([
      row.title,
      String(found[0].parameters),
      mean(found.map(({ seconds }) => seconds)).toFixed(0),
      row.figure,
      formatNumber(mean(figures)),
      formatNumber(worst),
      peers.length === 0 ? "" : formatNumber(mean(peers)),
      row.target,
    ]);
  }
  print(formatTable(table));
}

async function measureRow(row: Row, seed: number) {
  const values = {
    ...optionDefaults(dataOptions),
    ...optionDefaults(needOptions[row.system.needs]),
    train: row.data,
    classes: row.system === vae as unknown ? Array.from({ length: 10 }, (_, i) => i) : undefined,
    seed,
  } as PrepareValues<Need>;
  const { data } = await prepareData(row.system.needs, values);
  const started = performance.now();
  const trained = await trainSystem(row.system, data, {
    options: row.options as never,
    seed,
    batchSize: 128,
  });
  const seconds = (performance.now() - started) / 1000;
  const figure = await row.measure(trained, seed);
  const parameters = trained.layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return { figure, seconds, parameters, peer: row.peer && await askPeer(row.peer, data, seed) };
}

/** PyTorch's figure on the same images. */
async function askPeer(
  question: Readonly<Record<string, unknown>>,
  data: DataByNeed[Need],
  seed: number,
): Promise<number> {
  const imagesOf = (part: { images: Images } | Images) => "images" in part ? part.images : part;
  const arrays: Record<string, NdArray> = {};
  for (const role of ["train", "validation", "test"] as const) {
    if (data[role] !== undefined) arrays[role] = imagesOf(data[role] as Images);
  }
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  const peer = await startPeer("systems.py");
  try {
    await Deno.writeFile(path, encodeNpz(arrays));
    return (await peer.ask<{ figure: number }>(JSON.stringify({ ...question, path, seed }))).figure;
  } finally {
    await peer.stop();
    await Deno.remove(path);
  }
}

/** A classifier of convolutions, trained by the defaults on the same images. */
let independent: Promise<Trained> | undefined;

async function trainIndependent(): Promise<Trained> {
  const values = {
    ...optionDefaults(dataOptions),
    ...optionDefaults(needOptions.labels),
    seed: 1000,
  } as PrepareValues<"labels">;
  const { data } = await prepareData("labels", values);
  return await trainSystem(classifier, data, { seed: 1000 });
}

/** The share of 1,000 samples of each label that the independent classifier gives that label. */
async function agreement(trained: Trained): Promise<number> {
  const { models } = await (independent ??= trainIndependent());
  const session = await createSession(models["classifier.onnx"]);
  const decoder = await createSession(trained.models["decoder.onnx"]);
  const [classes, count] = [trained.classes!, 1000];
  const random = new Random(0, "agreement");
  let right = 0;
  for (const [index, label] of classes.entries()) {
    const z = ndarray(
      "float32",
      [count, trained.latentDim!],
      random.normals(count * trained.latentDim!),
    );
    const condition = new Float32Array(count * classes.length);
    for (let i = 0; i < count; i++) condition[i * classes.length + index] = 1;
    const { images } = await decoder.run({
      z,
      condition: ndarray("float32", [count, classes.length], condition),
    });
    const { labels } = await classifyImages(session, images as Images);
    right += labels.filter((found) => found === label).length;
  }
  await session.release();
  await decoder.release();
  return right / (count * classes.length);
}
