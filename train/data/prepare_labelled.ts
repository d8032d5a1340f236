import {
  labelImages,
  type LabelledImages,
  type LoadedImages,
  type LoadedParts,
  splitByClass,
  takeLabelled,
} from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import type { DataValues, NeedValues } from "./options.ts";
import type { LabelledData } from "./roles.ts";

/** The share of the training images to validate on. */
export const VALIDATION_SPLIT = 0.05;

/**
 * Images with labels in their roles: without validation images of their own, a share of each class is
 * held out of the training images.
 *
 * @param values `weights`: how much each training image counts.
 * @throws {InputError} If a label is missing, or a class has one image only.
 */
export function prepareLabelled(
  { train, val, test: tested, classNames }: LoadedParts,
  { weights, ...values }: DataValues & NeedValues<"labels"> & { readonly seed: number } & {
    readonly weights?: Float32Array;
  },
): LabelledData {
  const test = tested && withLabels(tested, values.test ?? values.train);
  const labelled = withLabels(train, values.train);
  const weighted = { ...labelled, ...weights && { weights } };
  if (val !== undefined) {
    return { train: weighted, validation: withLabels(val, values.val!), test };
  }
  const { validationSplit = test === undefined ? 0.2 : VALIDATION_SPLIT, seed } = values;
  if (validationSplit === 0) return { train: weighted, validation: undefined, test };
  const { kept, heldOut } = splitByClass(labelled.labels, {
    heldOut: validationSplit,
    seed,
    nameOf: (label) => classNames?.[label] ?? String(label),
  });
  return {
    train: {
      ...takeLabelled(labelled, kept),
      ...weights && { weights: Float32Array.from(kept, (row) => weights[row]) },
    },
    validation: takeLabelled(labelled, heldOut),
    test,
  };
}

/** @throws {InputError} If there are no labels. */
export function withLabels({ images, labels }: LoadedImages, path: string): LabelledImages {
  if (labels === undefined) {
    throw new InputError(
      `Cannot use "${path}": it has no labels, a label for each image is needed`,
    );
  }
  return labelImages(images, labels);
}
