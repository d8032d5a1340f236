import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import type { Images } from "../../lib/data/mod.ts";
import { augment, type Augmentation } from "../../lib/data/augmentations.ts";
import { Random } from "../../lib/array/random.ts";
import type { ComputedRows } from "../core/feed.ts";
import { augmentationOptions } from "./augmentation.ts";
import { trainingOptions } from "./training_options.ts";

/** Options of the system `classifier`. */
export const classifierOptions = {
  encoder: {
    kind: "path",
    description:
      "A run whose encoder computes the features, once; dense layers are trained on them",
  },
  fineTune: { kind: "boolean", description: "Also train the encoder of --encoder" },
  filters: {
    kind: "integers",
    description:
      "Filters of the convolutions, each of stride 2; by default 32,64 and on until maps are 4x4",
    min: 1,
  },
  hidden: {
    kind: "integers",
    description:
      "Units of the hidden dense layers; by default 256, and 512,256 on a frozen encoder",
    min: 1,
  },
  batchNormalization: {
    kind: "boolean",
    description: "Normalize each layer over the batch",
    default: true,
  },
  dropout: {
    kind: "number",
    description: "Dropout rate before each dense layer, except on the latents of --encoder",
    default: 0.3,
    min: 0,
    max: 0.9,
  },
  l2: {
    kind: "number",
    description: "Weight of the L2 penalty on kernels",
    default: 1e-4,
    min: 0,
  },
  labelSmoothing: {
    kind: "number",
    description: "Fraction of the target that is spread evenly over all classes",
    default: 0,
    min: 0,
    max: 0.9,
  },
  classWeights: {
    kind: "choice",
    choices: ["none", "balanced"],
    description:
      "Class weights in the loss: none, or balanced, which is inverse to class frequency",
    default: "none",
  },
  augment: { kind: "boolean", description: "Train on augmented copies", default: true },
  ...augmentationOptions,
  rotation: {
    kind: "number",
    description:
      "Augmented copies are rotated by up to this many degrees; by default 15 for grey images, else 0",
    min: 0,
    max: 180,
  },
  scaling: {
    kind: "number",
    description:
      "Augmented copies are scaled by up to this fraction of their size, each axis independently; by default 0.15 for grey images, else 0",
    min: 0,
    max: 0.9,
  },
  flip: {
    kind: "choice",
    choices: ["none", "horizontal"],
    description: "Mirror half of the augmented copies; by default horizontal for colour images",
  },
  crop: {
    kind: "number",
    description: "Augmented copies are cropped by up to this fraction of the area",
    default: 0,
    min: 0,
    max: 0.9,
  },
  colour: {
    kind: "number",
    description: "How far contrast, brightness and colours of augmented copies change",
    default: 0,
    min: 0,
    max: 2,
  },
  epochs: {
    kind: "integer",
    description:
      "Passes over the training images; by default 8, on a frozen encoder 30, or as many as make 500 steps",
    min: 1,
  },
  ...trainingOptions({ learningRate: 3e-3, schedule: "cosine" }),
  patience: {
    kind: "integer",
    description:
      "Stop after this many epochs without a lower validation loss, and restore the best epoch; 0 disables early stopping; by default 3, on a frozen encoder 10, or as many as make 150 steps",
    min: 0,
  },
} as const satisfies OptionTable;

/** The values of {@linkcode classifierOptions}. */
export type ClassifierValues = OptionValues<typeof classifierOptions>;

/** Filters of convolutions of stride 2, twice as many in each: at least two, until sides are at most 4. */
export function fitCnnFilters([height, width]: readonly number[]): number[] {
  const count = Math.max(2, Math.ceil(Math.log2(Math.max(height, width) / 4)));
  return Array.from({ length: count }, (_, i) => Math.min(512, 32 * 2 ** i));
}

/** The dense layers and how long they are trained. On a frozen encoder a step costs little. */
export function fitHead({ isFrozen }: { isFrozen: boolean }) {
  return isFrozen
    ? { hidden: [512, 256], epochs: 30, patience: 10 }
    : { hidden: [256], epochs: 8, patience: 3 };
}

/**
 * What of the augmentation is left open. Small images in colour lose more by the interpolation of rotated
 * and scaled copies than they gain: mirrored and shifted ones are enough.
 */
export function fitAugmentation(channels: number) {
  const { rotation, scaling } = augmentationOptions;
  return channels > 1
    ? { rotation: 0, scaling: 0, flip: "horizontal" } as const
    : { rotation: rotation.default, scaling: scaling.default, flip: "none" } as const;
}

/**
 * Augmented copies of images, new ones in each epoch. They are drawn one after another, so that
 * every engine, which takes rows in the same order, sees the same.
 */
export function augmentedImages(
  images: Images,
  { rotation = 0, scaling = 0, shift, flip, crop, colour }: Pick<
    ClassifierValues,
    "rotation" | "scaling" | "shift" | "flip" | "crop" | "colour"
  >,
  { seed, epoch }: { seed: number; epoch: number },
): ComputedRows {
  const random = new Random(seed, `augmentation ${epoch}`);
  const isColour = images.shape[3] > 1;
  const augmentation: Augmentation = {
    rotation,
    scale: scaling,
    aspect: scaling,
    shift,
    mirror: flip === "horizontal",
    crop,
    gain: colour,
    colour: isColour ? colour : 0,
    outside: isColour ? "edge" : "zero",
  };
  return {
    dtype: "uint8",
    shape: images.shape,
    take: (rows) => augment(images, augmentation, { rows, random }),
  };
}
