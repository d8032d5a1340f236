import { InputError } from "../input_error.ts";
import type { ArrayFile } from "./array_file.ts";
import { numbersOf } from "./images.ts";

const MAX_LABEL = 2 ** 31;

/**
 * Reads one integer label an image, from an array of shape `[n]` or `[n, 1]`.
 *
 * @returns Labels `[count]`.
 * @throws {InputError} If there are not `count` of them, or one is no 32-bit integer.
 */
export async function readLabels(
  array: ArrayFile,
  options: { count: number },
): Promise<Int32Array> {
  const { count } = options;
  const { name, shape } = array;
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!flat) {
    throw new InputError(
      `Cannot use ${name} as labels: its shape is [${shape.join(", ")}], one integer an image ` +
        "([images]) is needed",
    );
  }
  if (shape[0] !== count) {
    throw new InputError(
      `Cannot use ${name} as labels: there are ${shape[0]} for ${count} images, one each is needed`,
    );
  }
  const values = numbersOf(await array.read());
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    if (!Number.isInteger(values[i]) || values[i] < -MAX_LABEL || values[i] >= MAX_LABEL) {
      throw new InputError(
        `Cannot use ${name} as labels: the label of image ${i} (the first is 0) is ${values[i]}, ` +
          "a 32-bit integer is needed",
      );
    }
    labels[i] = values[i];
  }
  return labels;
}
