import {
  drawLabelled,
  type Images,
  labelImages,
  type LabelledImages,
  type LoadedImages,
  loadImages,
  NAMED_DATASETS,
  splitImages,
} from "../lib/data/mod.ts";
import type { OptionValues } from "../lib/command/flags.ts";
import { InputError } from "../lib/input_error.ts";
import type { trainOptions } from "./options.ts";

type DataValues = Pick<
  OptionValues<typeof trainOptions>,
  | "train"
  | "val"
  | "test"
  | "classes"
  | "labelsPerClass"
  | "draws"
  | "validationSplit"
  | "seed"
  | "size"
  | "grey"
  | "imagesKey"
  | "labelsKey"
  | "maxBytes"
>;

/** The images of a run, each in its role. */
export interface PreparedData {
  /** What the model learns from: no labels. */
  readonly unlabelled: Images;
  /** What its loss is watched on: no labels either. Absent where the split is 0. */
  readonly validation?: Images;
  /** The few that give the mixture its classes. */
  readonly labelled: LabelledImages;
  /** What the scores are made of, seen by nothing before. */
  readonly test?: LabelledImages;
  /** Other draws of the labelled images, to see what the draw decides. */
  readonly draws?: readonly LabelledImages[];
  /** What pixels were divided by. */
  readonly scale: 1 | 255;
  readonly classNames?: readonly string[];
}

/** The classes of the assignment that Glimpse was born from. */
const MNIST_CLASSES = [1, 4, 8];

/**
 * Loads and splits the images that `train` was given.
 *
 * @throws {InputError} If they cannot be read, do not fit together, or no labelled image is there.
 */
export async function prepareData(values: DataValues): Promise<PreparedData> {
  const classes = values.classes ?? (values.train === "mnist" ? MNIST_CLASSES : undefined);
  const size = values.size && { height: values.size, width: values.size };
  const load = async (path: string, kept = classes) =>
    await loadImages(path, { ...values, size: size || undefined, classes: kept });

  // With --val the labels of the training images play no part: they need not be there at all.
  const train = await load(values.train, values.val === undefined ? classes : values.classes);
  const { labelled, rest } = values.val === undefined
    ? drawFew(train, values)
    : { labelled: withLabels(await load(values.val), values.val), rest: train.images };
  checkSameSize(labelled.images, train.images, values.val ?? values.train);

  const testPath = values.test ??
    (values.train in NAMED_DATASETS ? `${values.train}:test` : undefined);
  const test = testPath === undefined ? undefined : withLabels(await load(testPath), testPath);
  if (test !== undefined) checkSameSize(test.images, train.images, testPath!);
  return {
    ...holdOut(rest, values),
    labelled,
    ...test === undefined ? {} : { test },
    draws: drawOthers(train, test, values),
    scale: train.scale,
    ...train.classNames === undefined ? {} : { classNames: train.classNames },
  };
}

/** Draws the labelled images from the training images, and takes the labels off the others. */
function drawFew(
  { images, labels }: LoadedImages,
  { train, labelsPerClass, seed }: DataValues,
): { labelled: LabelledImages; rest: Images } {
  if (labels === undefined) {
    throw new InputError(
      `Cannot train on "${train}": it has no labels, --val must give about ${labelsPerClass} labelled images of each class`,
    );
  }
  const { labelled, rest } = drawLabelled(labelImages(images, labels), {
    perClass: labelsPerClass,
    seed,
  });
  return { labelled, rest: rest.images };
}

/**
 * Draws labelled images again and again. They may be among the images that the model learned from,
 * which saw none of their labels.
 */
function drawOthers(
  { images, labels }: LoadedImages,
  test: LabelledImages | undefined,
  { train, val, draws, labelsPerClass, seed }: DataValues,
): LabelledImages[] {
  if (draws === 0) return [];
  if (val !== undefined || labels === undefined || test === undefined) {
    throw new InputError(
      `Cannot score ${draws} draws of labels on "${train}": labels in it, no --val, and test images are needed`,
    );
  }
  const all = labelImages(images, labels);
  return Array.from(
    { length: draws },
    (_, i) => drawLabelled(all, { perClass: labelsPerClass, seed: seed + 1 + i }).labelled,
  );
}

/** Holds a part of the unlabelled images out to watch the loss on, unless that part is 0. */
function holdOut(
  images: Images,
  { train, validationSplit, seed }: DataValues,
): Pick<PreparedData, "unlabelled" | "validation"> {
  if (validationSplit === 0) return { unlabelled: images };
  // So that the part rounds to one image, and another is left.
  const least = Math.max(2, Math.ceil(0.5 / validationSplit));
  if (images.shape[0] < least) {
    throw new InputError(
      `Cannot train on "${train}": ${
        images.shape[0]
      } of its images are unlabelled, at least ${least} are needed to hold out a part of ${validationSplit}, or --validation-split 0`,
    );
  }
  const { kept, heldOut } = splitImages(images, { heldOut: validationSplit, seed });
  return { unlabelled: kept, validation: heldOut };
}

function withLabels({ images, labels }: LoadedImages, path: string): LabelledImages {
  if (labels === undefined) {
    throw new InputError(
      `Cannot use "${path}": it has no labels, a label for each image is needed`,
    );
  }
  return labelImages(images, labels);
}

function checkSameSize(images: Images, expected: Images, path: string): void {
  const size = ({ shape }: Images) => shape.slice(1).join("x");
  if (size(images) !== size(expected)) {
    throw new InputError(
      `Cannot use "${path}": its images are ${size(images)}, the training images ${size(expected)}`,
    );
  }
}
