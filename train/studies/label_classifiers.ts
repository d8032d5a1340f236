import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { join, slice, take } from "../../lib/array/rows.ts";
import { argMaxRows } from "../../lib/array/stats.ts";
import { spreadLabels } from "../../lib/classical/label_spreading.ts";
import { nearestNeighbours } from "../../lib/classical/nearest_neighbours.ts";
import { neighbourCount } from "../../lib/classical/neighbour_graph.ts";
import { meanOfNeighbours } from "../../lib/classical/posteriors.ts";
import { fitRandomForest, predictRandomForest } from "../../lib/classical/random_forest.ts";
import { fitSupportVectors } from "../../lib/classical/support_vectors.ts";
import { classifyLatents, fitLatentClassifier } from "../../lib/latent/mod.ts";
import { multiply } from "../../lib/runtime/multiply.ts";
import { fitModel } from "../core/loop/fit_model.ts";
import { initializeWeights } from "../networks/initialize.ts";

/** `[count, features]`; bytes are pixels. */
export type Points = NdArray<"float32"> | NdArray<"uint8">;

/** What a classifier learns from and is asked. */
export interface LabelledPoints {
  readonly train: Points;
  /** The class of each, from 0. */
  readonly labels: Int32Array;
  /** Points without labels, `[others, features]`. */
  readonly others: Points;
  /** `[queries, features]` */
  readonly test: Points;
  readonly classes: number;
  readonly seed: number;
  readonly threads: number;
}

/** Gives the class of each test point. */
export type LabelClassifier = (points: LabelledPoints) => Int32Array | Promise<Int32Array>;

/** The classifiers that are compared, by name. */
export const CLASSIFIERS = { forest, supportVectors, mlp, mixture, spreading } as const;

/** 100 trees. */
function forest({ train, labels, test, classes, seed }: LabelledPoints): Int32Array {
  const fitted = fitRandomForest(floats(train), labels, { classes, seed });
  return argMaxRows(predictRandomForest(floats(test), fitted).data, classes);
}

/** With an RBF kernel, C = 1 and scikit-learn's gamma. */
async function supportVectors({ train, labels, test }: LabelledPoints): Promise<Int32Array> {
  const machine = await fitSupportVectors(floats(train), labels);
  try {
    return machine.predict(floats(test));
  } finally {
    machine.free();
  }
}

/** Unlabelled points that a mixture is fitted to, and that labels are spread over. */
const MIXTURE_ROWS = 5000;
const GRAPH_ROWS = 10_000;

/** One normal distribution a class, started from the labelled points and fitted to all. */
function mixture({ train, labels, others, test, seed }: LabelledPoints): Int32Array {
  const points = join([slice(others, 0, Math.min(others.shape[0], MIXTURE_ROWS)), train]);
  const members = [{ covarianceType: "full" as const, componentsPerClass: 1 }];
  const classifier = fitLatentClassifier(floats(points), { latents: floats(train), labels }, {
    members,
    seed,
  });
  return classifyLatents(classifier, floats(test)).labels;
}

/** Over the graph of the nearest neighbours of labelled and unlabelled points. */
async function spreading(points: LabelledPoints): Promise<Int32Array> {
  const { train, labels, others, test, classes, threads } = points;
  const added = Math.min(others.shape[0], Math.max(0, GRAPH_ROWS - labels.length));
  const graph = floats(join([train, slice(others, 0, added)]));
  const known = { rows: Array.from(labels, (_, i) => i), classes: labels };
  const { posteriors } = await spreadLabels(graph, known, { classes, threads });
  const k = neighbourCount(graph.shape[0]);
  const { indices } = await nearestNeighbours(floats(test), graph, { k, threads });
  return argMaxRows(meanOfNeighbours(indices, posteriors).data, classes);
}

/** Examples of an epoch at least, units of the hidden layer, and the rest of the training. */
const EPOCH_ROWS = 10_000;
const HIDDEN = 128;
const MLP_TRAINING = { epochs: 12, batchSize: 100 };

/** One hidden layer, trained on the labelled points alone. */
async function mlp(
  { train, labels, test, classes, seed, threads }: LabelledPoints,
): Promise<Int32Array> {
  const [count, features] = train.shape;
  const x = tfl.input({ shape: [features], name: "x" });
  const layers = [
    tfl.layers.dense({ units: HIDDEN, activation: "relu", name: "hidden" }),
    tfl.layers.dense({ units: classes, name: "logits" }),
  ];
  const outputs = layers.reduce((y, layer) => layer.apply(y) as tfl.SymbolicTensor, x);
  const model = tfl.model({ inputs: x, outputs, name: "mlp" });
  initializeWeights(model, new Random(seed, "weights"));
  // Few points are repeated: an epoch of one step would be all overhead.
  const length = Math.max(count, EPOCH_ROWS - EPOCH_ROWS % count);
  const rows = Uint32Array.from({ length }, (_, i) => i % count);
  const oneHot = new Float32Array(length * classes);
  rows.forEach((row, i) => oneHot[i * classes + labels[row]] = 1);
  const y = ndarray("float32", [length, classes], oneHot);
  const optimizer = tf.train.adam(1e-3);
  await fitModel(model, { x: take(train, rows), y }, {
    ...MLP_TRAINING,
    optimizer,
    loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
    seed,
    threads,
  });
  const [kernel, bias, outKernel, outBias] = model.getWeights().map((weights) =>
    ndarray("float32", weights.shape, weights.dataSync<"float32">().slice())
  );
  model.dispose();
  optimizer.dispose();
  const hidden = await affine(floats(test), kernel, bias, { threads });
  const active = ndarray("float32", hidden.shape, hidden.data.map((value) => Math.max(0, value)));
  return argMaxRows((await affine(active, outKernel, outBias, { threads })).data, classes);
}

async function affine(
  points: NdArray<"float32">,
  kernel: NdArray<"float32">,
  { data: bias }: NdArray<"float32">,
  options: { threads: number },
): Promise<NdArray<"float32">> {
  const { data, shape } = await multiply(points, kernel, options);
  return ndarray("float32", shape, data.map((value, i) => value + bias[i % bias.length]));
}

/** Points as floats; pixels in [0, 1]. */
function floats(points: Points): NdArray<"float32"> {
  if (points.dtype === "float32") return points;
  return ndarray("float32", points.shape, Float32Array.from(points.data, (value) => value / 255));
}

/** What stands for images, by the names of the trainings that give it. */
export type Representation = "vae" | "denoising" | "contrast" | "pixels";

/** What is compared, by its name in table and chart: ten, as more have no colours of their own. */
export const COMPARED: readonly (readonly [
  name: string,
  representation: Representation,
  classifier: keyof typeof CLASSIFIERS,
])[] = [
  ["VAE, forest", "vae", "forest"],
  ["VAE, SVM", "vae", "supportVectors"],
  ["VAE, MLP", "vae", "mlp"],
  ["VAE, mixture", "vae", "mixture"],
  ["denoising, forest", "denoising", "forest"],
  ["denoising, SVM", "denoising", "supportVectors"],
  ["denoising, MLP", "denoising", "mlp"],
  ["contrast, SVM", "contrast", "supportVectors"],
  ["contrast, label spreading", "contrast", "spreading"],
  ["pixels, MLP", "pixels", "mlp"],
];

/** The most labels for classifiers that also use images without. */
export const MAX_SEMI_SUPERVISED = 10_000;

/** One classifier with one sample of labels. */
export interface Cell {
  readonly classifier: string;
  readonly labels: number;
  /** The number of the sample. */
  readonly draw: number;
}

/** Every classifier with every sample, the fewest labels first. */
export function cellsOf(
  labels: readonly number[],
  { count, draws }: { count: number; draws: number },
): Cell[] {
  return labels.toSorted((a, b) => a - b).flatMap((labels) =>
    Array.from({ length: labels === count ? 1 : draws }, (_, draw) =>
      COMPARED
        .filter(([, , kind]) =>
          labels <= MAX_SEMI_SUPERVISED || kind !== "mixture" && kind !== "spreading"
        )
        .map(([classifier]) => ({ classifier, labels, draw }))).flat()
  );
}

/** Whether two cells are of one classifier and sample. */
export const isSame = (a: Cell, b: Cell): boolean =>
  a.classifier === b.classifier && a.labels === b.labels && a.draw === b.draw;
