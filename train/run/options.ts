import { deviceOptions } from "../../lib/command/device_options.ts";
import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import { ENGINES } from "../core/engines/mod.ts";
import { SYSTEMS } from "../systems/mod.ts";
import { BACKENDS } from "../tfjs/backends.ts";

/** Options of `train` that every system has, beside those of the images. */
export const trainOptions = {
  model: {
    kind: "choice",
    choices: Object.keys(SYSTEMS) as (keyof typeof SYSTEMS)[],
    description:
      "The system to train: by default vae for the images of mnist, few-labels for others; --model NAME --help shows its options",
  },
  out: { kind: "path", description: "The run folder to write; by default a new one in runs/" },
  batchSize: {
    kind: "integer",
    description: "Images per step; by default 128, or less for fewer than 512 images or large ones",
    min: 1,
  },
  dropRemainder: {
    kind: "boolean",
    description:
      "Leave out of each epoch the images that do not fill the last batch; --no-drop-remainder trains on them as a smaller one",
    default: true,
  },
  maxParams: {
    kind: "integer",
    description: "Stop before training if the networks have more parameters than this",
    min: 1,
  },
  seed: {
    kind: "integer",
    description: "Random seed of weights, noise, order of the images, splits and samples",
    default: 0,
    min: 0,
  },
  engine: {
    kind: "choice",
    choices: ["auto", ...Object.keys(ENGINES) as (keyof typeof ENGINES)[]],
    description:
      "What runs training steps: onnx is ONNX Runtime, native a step compiled from C, tfjs TensorFlow.js; auto takes tfjs-node-gpu where it sees a GPU, else native where a C compiler works, else onnx",
    default: "auto",
  },
  exportTraining: {
    kind: "path",
    description:
      "Write the training step of each phase to this folder as an ONNX file, with the inputs of its first steps",
  },
  keepC: { kind: "path", description: "Write the C source of compiled steps to this folder" },
  backend: {
    kind: "choice",
    choices: Object.keys(BACKENDS) as (keyof typeof BACKENDS)[],
    description: "The TensorFlow.js backend, for --engine tfjs",
    default: "cpu",
  },
  threads: {
    kind: "integer",
    description: "Threads per operation; 0 uses every core",
    default: 0,
    min: 0,
  },
  ...deviceOptions,
  json: {
    kind: "boolean",
    description:
      "Print the run, its metrics and its last epoch as one line of JSON; epochs go to standard error, as JSON too",
  },
  force: {
    kind: "boolean",
    description: "Replace the run or the unfinished training at --out",
  },
  resume: {
    kind: "boolean",
    description:
      "Resume the interrupted training of --out; the result is the same as without the interruption",
  },
} as const satisfies OptionTable;

/** Options that say where results go and what is shown: none of them changes what is trained. */
export const OUTPUT_OPTIONS: readonly string[] = [
  "out",
  "force",
  "resume",
  "profile",
  "json",
  "exportTraining",
  "keepC",
];

/** The values of {@linkcode trainOptions}. */
export type TrainValues = OptionValues<typeof trainOptions>;
