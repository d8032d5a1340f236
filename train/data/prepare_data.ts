import { slice, take } from "../../lib/array/rows.ts";
import {
  type Images,
  labelImages,
  type LabelledImages,
  type LoadedImages,
  type LoadedParts,
  loadParts,
  sampleLabelled,
  splitRows,
} from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import type { DataValues, NeedValues } from "./options.ts";
import { prepareLabelled, VALIDATION_SPLIT, withLabels } from "./prepare_labelled.ts";
import { readSampleWeights } from "./sample_weights.ts";
import type {
  DataByNeed,
  FewLabelsData,
  MaybeLabelledData,
  Need,
  UnlabelledData,
} from "./roles.ts";

/** The images of a run, each in its role. */
export interface PreparedData<N extends Need> {
  readonly data: DataByNeed[N];
  /** What pixels were divided by to come into [0, 1]. */
  readonly scale: number;
  readonly classNames: readonly string[] | undefined;
  /** The names of the files of all images that `train` was given, in their folder. */
  readonly imageNames?: readonly string[] | undefined;
  /** The labels of the training images, where they are known: for pictures, no system sees them. */
  readonly trueLabels?: Int32Array | undefined;
  /** Sentences about what was assumed. */
  readonly warnings: readonly string[];
}

/** The options that decide the data of a need. */
export type PrepareValues<N extends Need> = DataValues & NeedValues<N> & { readonly seed: number };

/** The classes of the MNIST example. */
const MNIST_CLASSES = [1, 4, 8];

const PREPARE: {
  readonly [N in Need]: (
    loaded: LoadedParts,
    values: PrepareValues<N>,
  ) => DataByNeed[N];
} = {
  images: prepareUnlabelled,
  "few-labels": prepareFewLabels,
  labels: prepareLabelled,
  "labels-if-any": prepareMaybeLabelled,
};

/**
 * Loads and splits the images that `train` is given, and leaves out the labels that the system does
 * not need.
 *
 * @throws {InputError} If they cannot be read, do not fit together, or a needed label is missing.
 */
export async function prepareData<N extends Need>(
  need: N,
  values: PrepareValues<N>,
): Promise<PreparedData<N>> {
  const { size: side } = values;
  const hasExample = need === "few-labels" && values.train === "mnist";
  const classes = values.classes ?? (hasExample ? MNIST_CLASSES : undefined);
  // With --val the labels of unlabelled images play no part: they need not be there at all.
  const hasFewLabels = need === "few-labels" && "val" in values && values.val !== undefined;
  const load = (trainLabels: boolean) =>
    loadParts({
      ...values,
      size: side === undefined ? undefined : { height: side, width: side },
      channels: values.grey ? 1 : undefined,
      classes,
      trainLabels,
      trainClasses: hasFewLabels ? values.classes : classes,
    });
  const loaded = need === "images" ? await loadUnlabelled(load) : await load(!hasFewLabels);
  const { train: { labels, images } } = loaded;
  const weights = "sampleWeight" in values && typeof values.sampleWeight === "string"
    ? await readSampleWeights(values.sampleWeight, { count: images.shape[0] })
    : undefined;
  return {
    data: PREPARE[need](loaded, { ...values, ...weights && { weights } }),
    ...need === "images" && labels && {
      trueLabels: Int32Array.from(holdOut(images.shape[0], values).kept, (row) => labels[row]),
    },
    scale: loaded.white,
    classNames: loaded.classNames,
    imageNames: loaded.train.fileNames,
    warnings: loaded.warnings,
  };
}

/** Labels are only shown here: where they are wrong, the images are loaded without them. */
async function loadUnlabelled(
  load: (trainLabels: boolean) => Promise<LoadedParts>,
): Promise<LoadedParts> {
  try {
    return await load(true);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const loaded = await load(false);
    return { ...loaded, warnings: [...loaded.warnings, `labels are not used: ${error.message}`] };
  }
}

function prepareUnlabelled(
  { train: { images }, test }: LoadedParts,
  values: PrepareValues<"images">,
): UnlabelledData {
  const { kept, heldOut } = holdOut(images.shape[0], values);
  return {
    train: take(images, kept),
    validation: heldOut && take(images, heldOut),
    test: test?.images,
  };
}

function prepareFewLabels(
  { train, val, test: tested }: LoadedParts,
  values: PrepareValues<"few-labels">,
): FewLabelsData {
  const test = tested && withLabels(tested, values.test ?? values.train);
  const { labelled, rest } = val === undefined
    ? sampleFew(train, values)
    : { labelled: withLabels(val, values.val!), rest: train.images };
  if (rest.shape[0] === 0) {
    throw new InputError(
      `Cannot train on "${values.train}": all ${labelled.labels.length} images are the labelled ones, images without a label are needed too: give more, or a smaller --labels-per-class, or --model classifier learns from labels alone`,
    );
  }
  const { kept, heldOut } = holdOut(rest.shape[0], values);
  return {
    train: take(rest, kept),
    validation: heldOut && take(rest, heldOut),
    labelled,
    test,
    labelSamples: sampleOthers(train, test, values),
  };
}

function prepareMaybeLabelled(
  { train, test }: LoadedParts,
  values: PrepareValues<"labels-if-any">,
): MaybeLabelledData {
  const rows = holdOut(train.images.shape[0], values);
  const part = ({ images, labels }: LoadedImages, rows: ArrayLike<number>) => ({
    images: take(images, rows),
    labels: labels && Int32Array.from(rows, (row) => labels[row]),
  });
  return {
    train: part(train, rows.kept),
    validation: rows.heldOut && part(train, rows.heldOut),
    test: test && { images: test.images, labels: test.labels },
  };
}

/**
 * Samples the labelled images from the training images, none where there are no labels, and drops the
 * labels of the others.
 */
function sampleFew(
  { images, labels }: LoadedImages,
  { labelsPerClass, seed }: PrepareValues<"few-labels">,
): { labelled: LabelledImages; rest: Images } {
  if (labels === undefined || labelsPerClass === 0) {
    const none = { images: slice(images, 0, 0), labels: Int32Array.of() };
    return { labelled: none, rest: images };
  }
  const { labelled, rest } = sampleLabelled(labelImages(images, labels), {
    perClass: labelsPerClass,
    seed,
  });
  return { labelled, rest: rest.images };
}

/**
 * Samples labelled images again and again. They may be among the images that the networks are
 * trained on, which see none of their labels.
 */
function sampleOthers(
  { images, labels }: LoadedImages,
  test: LabelledImages | undefined,
  { train, val, labelSamples, labelsPerClass, seed }: PrepareValues<"few-labels">,
): LabelledImages[] {
  if (labelSamples === 0) return [];
  if (val !== undefined || labels === undefined || test === undefined) {
    throw new InputError(
      `Cannot score ${labelSamples} samples of labels on "${train}": labels in it, no --val, and test images are needed`,
    );
  }
  const all = labelImages(images, labels);
  return Array.from(
    { length: labelSamples },
    (_, i) => sampleLabelled(all, { perClass: labelsPerClass, seed: seed + 1 + i }).labelled,
  );
}

/** The rows to train on, and those to validate on unless their share is 0. */
function holdOut(
  count: number,
  { train, validationSplit = VALIDATION_SPLIT, seed }: {
    train: string;
    validationSplit?: number | undefined;
    seed: number;
  },
): { kept: ArrayLike<number>; heldOut: ArrayLike<number> | undefined } {
  if (validationSplit === 0) {
    return { kept: Int32Array.from({ length: count }, (_, i) => i), heldOut: undefined };
  }
  // So that the share rounds to one image, and another is left.
  const least = Math.max(2, Math.ceil(0.5 / validationSplit));
  if (count < least) {
    throw new InputError(
      `Cannot train on "${train}": there are ${count} images to train on, at least ${least} are needed to hold out a share of ${validationSplit}, or --validation-split 0`,
    );
  }
  return splitRows(count, { heldOut: validationSplit, seed });
}
