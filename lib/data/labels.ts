import { InputError } from "../input_error.ts";
import type { NdArray } from "../array/ndarray.ts";
import type { ArrayFile } from "./array_file.ts";
import type { ByteSource } from "./bytes.ts";
import { type ClassLabels, labelNames } from "./classes.ts";
import { numbersOf } from "./images.ts";
import { openNpy, readNpyHeader, readStrings } from "./npy.ts";

const MAX_LABEL = 2 ** 31;

/**
 * Reads one label an image from a `.npy` array: integers, names, or one-hot rows.
 *
 * @throws {InputError} If there are not `count` of them, or one is none.
 */
export async function readNpyLabels(
  source: ByteSource,
  options: { count: number },
): Promise<ClassLabels> {
  const { descr, shape } = await readNpyHeader(source);
  if (!/^[<>|=][US]\d+$/.test(descr)) {
    return { labels: await readLabels(await openNpy(source), options) };
  }
  checkCount({ name: source.name, shape }, options);
  return labelNames(await readStrings(source));
}

/**
 * Reads one integer label an image, from an array of shape `[n]` or `[n, 1]`, or `[n, classes]` with
 * a 1 in the place of the label and 0 elsewhere.
 *
 * @returns Labels `[count]`.
 * @throws {InputError} If there are not `count` of them, or one is no 32-bit integer.
 */
export async function readLabels(
  array: ArrayFile,
  options: { count: number },
): Promise<Int32Array> {
  const { count } = options;
  const { name } = array;
  checkCount(array, options);
  const values = labelValues(await array.read(), name);
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

function checkCount(
  { name, shape }: Pick<ArrayFile, "name" | "shape">,
  { count }: { count: number },
): void {
  if (shape.length !== 1 && shape.length !== 2) {
    throw new InputError(
      `Cannot use ${name} as labels: its shape is [${shape.join(", ")}], one label an image ` +
        "([images] or one-hot [images, classes]) is needed",
    );
  }
  if (shape[0] !== count) {
    throw new InputError(
      `Cannot use ${name} as labels: there are ${shape[0]} for ${count} images, one each is needed`,
    );
  }
}

/** Numbers as they are; of one-hot rows the place of the 1. */
function labelValues(array: NdArray, name: string): ArrayLike<number> {
  const values = numbersOf(array);
  const [count, classes = 1] = array.shape;
  if (classes === 1) return values;
  return Array.from({ length: count }, (_, i) => {
    const row = [...values.subarray(i * classes, (i + 1) * classes)];
    if (row.filter((value) => value === 1).length === 1 && row.every((v) => v === 0 || v === 1)) {
      return row.indexOf(1);
    }
    throw new InputError(
      `Cannot use ${name} as labels: row ${i} (the first is 0) of its shape [${array.shape}] is ` +
        "not one-hot, one integer, name or one-hot row an image is needed",
    );
  });
}
