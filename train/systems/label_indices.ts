import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { InputError } from "../../lib/input_error.ts";

/**
 * The index of each label in the classes of the training images, `[count]`.
 *
 * @throws {InputError} If a label is none of them.
 */
export function labelIndices(labels: Int32Array, classes: readonly number[]): NdArray<"int32"> {
  const other = labels.find((label) => !classes.includes(label));
  if (other !== undefined) {
    throw new InputError(
      `Cannot validate: label ${other} is in no training image, its labels are ${
        classes.join(", ")
      }`,
    );
  }
  return ndarray("int32", [labels.length], labels.map((label) => classes.indexOf(label)));
}
