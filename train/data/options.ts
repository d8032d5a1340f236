import type { OptionTable, OptionValues } from "../../lib/command/flags.ts";
import { imagesOptions, partKeyOptions } from "../../lib/command/images_options.ts";

/** Options of the images of every system. */
export const dataOptions = {
  train: {
    kind: "path",
    description:
      "Images to train on: an .npz, .npy, .parquet or IDX file, a folder, or a dataset's name",
    default: "mnist",
  },
  test: {
    kind: "path",
    description:
      "Test images, with labels if the model predicts labels; a dataset given by name has its own",
  },
  classes: {
    kind: "names",
    description:
      "Keep only images of these classes, by name or number; by default all, but 1,4,8 of mnist for vae and few-labels",
  },
  validationSplit: {
    kind: "number",
    description:
      "Fraction of the training images held out for validation; by default 0.05, or 0.2 of each class for classifier without test images",
    min: 0,
    max: 0.5,
  },
  size: {
    kind: "integer",
    description: "Resize images to this height and width",
    min: 1,
  },
  grey: { kind: "boolean", description: "Convert images to grey" },
  ...imagesOptions,
  ...partKeyOptions,
} as const satisfies OptionTable;

/** Options of the images of systems that need a few labels. */
const fewLabelsOptions = {
  val: {
    kind: "path",
    description:
      "The few labelled images, or a labels.csv of images of --train; by default a random sample of --train",
  },
  labelsPerClass: {
    kind: "integer",
    description:
      "Labelled images to sample per class, without --val; 0 trains without labels, and deno task label names the classes",
    default: 5,
    min: 0,
  },
  labelSamples: {
    kind: "integer",
    description: "Also score this many other random samples of labelled images; needs test images",
    default: 0,
    min: 0,
  },
} as const satisfies OptionTable;

/** More options of the images, by what a system needs. */
export const needOptions = {
  images: {},
  "labels-if-any": {},
  "few-labels": fewLabelsOptions,
  labels: {
    val: {
      kind: "path",
      description:
        "Labelled validation images; by default a random sample of each class of --train",
    },
    sampleWeight: {
      kind: "path",
      description:
        "Weight of each training image in the loss: a .npy file with one number per image",
    },
  },
} as const satisfies Readonly<Record<string, OptionTable>>;

/** The values of {@linkcode dataOptions}. */
export type DataValues = OptionValues<typeof dataOptions>;

/** The values of {@linkcode needOptions} for one need. */
export type NeedValues<N extends keyof typeof needOptions> = OptionValues<(typeof needOptions)[N]>;
