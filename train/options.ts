import type { OptionTable } from "../lib/command/flags.ts";
import { deviceOptions } from "../lib/command/device_options.ts";
import { imagesOptions } from "../lib/command/images_options.ts";
import { BACKENDS } from "./tfjs/backends.ts";
import { ENGINES } from "./core/engines/old/mod.ts";
import { MODELS } from "./models/mod.ts";
import { SCHEDULES } from "./core/schedules.ts";

/** What `train` takes, with every default. */
export const trainOptions = {
  train: {
    kind: "path",
    description: "Images to learn from: an .npz, .npy or IDX file, a folder, or a dataset's name",
    default: "mnist",
  },
  val: {
    kind: "path",
    description: "The few labelled images; without it they are drawn from --train by seed",
  },
  test: {
    kind: "path",
    description: "Labelled images to score on; a named dataset brings its own",
  },
  out: { kind: "path", description: "The run folder to write; by default a new one in runs/" },
  classes: {
    kind: "integers",
    description: "Keep only these labels; 1,4,8 for mnist, else all",
  },
  labelsPerClass: {
    kind: "integer",
    description: "Labelled images to draw for each class, where --val is not given",
    default: 5,
    min: 1,
  },
  draws: {
    kind: "integer",
    description: "Score so many other draws of the labelled images too; needs test images",
    default: 0,
    min: 0,
  },
  validationSplit: {
    kind: "number",
    description: "Part of the unlabelled images that is held out to watch the loss on",
    default: 0.05,
    min: 0,
    max: 0.5,
  },
  model: {
    kind: "choice",
    choices: Object.keys(MODELS) as (keyof typeof MODELS)[],
    description: "The model to train",
    default: "vae",
  },
  hidden: {
    kind: "integers",
    description: "Units of the encoder's hidden layers; the decoder has them in reverse",
    default: [512, 256],
    min: 1,
  },
  latentDim: { kind: "integer", description: "Latent variables", default: 2, min: 1 },
  reconstruction: {
    kind: "choice",
    choices: ["bernoulli", "gaussian"],
    description: "The distribution of a pixel: cross-entropy, or squared error",
    default: "bernoulli",
  },
  standardDeviation: {
    kind: "number",
    description: "Of a pixel in [0, 1], for --reconstruction gaussian",
    default: 0.1,
    above: 0,
  },
  beta: { kind: "number", description: "Weight of the KL divergence", default: 1, min: 0 },
  warmupEpochs: {
    kind: "number",
    description: "Epochs over which beta rises from 0",
    default: 0,
    min: 0,
  },
  epochs: {
    kind: "integer",
    description: "Passes over the images under the prior N(0, I); 4 before cluster epochs, else 8",
    min: 1,
  },
  clusterEpochs: {
    kind: "integer",
    description:
      "Passes after that, under a prior of clusters that are found without labels; 5 for up to three classes, else 0",
    min: 0,
  },
  clusters: {
    kind: "integer",
    description: "Clusters of that prior; as many as classes where it is not given",
    min: 2,
  },
  consistency: {
    kind: "number",
    description: "Weight of encoding an image and a warped copy of it alike; 0 warps nothing",
    default: 10,
    min: 0,
  },
  rotation: {
    kind: "number",
    description: "Warped copies are turned by up to so many degrees",
    default: 15,
    min: 0,
    max: 180,
  },
  scaling: {
    kind: "number",
    description: "Warped copies are stretched by up to this part of their size, along each axis",
    default: 0.15,
    min: 0,
    max: 0.9,
  },
  shift: {
    kind: "number",
    description: "Warped copies are moved by up to this part of their size",
    default: 0.07,
    min: 0,
    max: 1,
  },
  batchSize: { kind: "integer", description: "Images a step", default: 128, min: 1 },
  learningRate: { kind: "number", description: "Of Adam", default: 2e-3, above: 0 },
  schedule: {
    kind: "choice",
    choices: Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[],
    description: "How the learning rate goes on in the last stage",
    default: "cosine",
  },
  patience: {
    kind: "integer",
    description: "Stop after so many epochs without a better validation loss; 0 never does",
    default: 0,
    min: 0,
  },
  maxParams: {
    kind: "integer",
    description: "Refuse a model with more parameters than this",
    min: 1,
  },
  seed: {
    kind: "integer",
    description: "Decides weights, noise, order, splits and the draw of labels",
    default: 0,
    min: 0,
  },
  engine: {
    kind: "choice",
    choices: ["auto", ...Object.keys(ENGINES) as (keyof typeof ENGINES)[]],
    description:
      "What takes the steps: the recorded step in ONNX Runtime, or TensorFlow.js; auto takes tfjs-node-gpu where it sees a GPU, else onnx",
    default: "auto",
  },
  backend: {
    kind: "choice",
    choices: Object.keys(BACKENDS) as (keyof typeof BACKENDS)[],
    description: "The TensorFlow.js backend, for --engine tfjs",
    default: "cpu",
  },
  threads: {
    kind: "integer",
    description: "Threads that one operation may use; 0 takes every core",
    default: 0,
    min: 0,
  },
  ...deviceOptions,
  size: {
    kind: "integer",
    description: "Resize the pictures of a folder to this many pixels a side",
    min: 1,
  },
  grey: { kind: "boolean", description: "Turn the pictures of a folder grey" },
  ...imagesOptions,
  force: { kind: "boolean", description: "Replace the run that stands at --out" },
} as const satisfies OptionTable;
