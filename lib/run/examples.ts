import type { Images, LabelledImages } from "../data/dataset.ts";
import { encodeNpz, readNpz } from "../data/npz.ts";
import { takeImages } from "../data/pixels.ts";
import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";

/** The images that a report shows beside their reconstructions. */
export interface Examples {
  readonly labelled: Images;
  /** Absent where a run had no test images. */
  readonly test?: Images;
}

/** How many images of each kind a report shows. */
const COUNT = 10;

/** Takes the first images of each class, as many of each, the classes in turn. */
export function pickExamples({ images, labels }: LabelledImages): Images {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const rows = classes.map((label) =>
    [...labels.keys()].filter((row) => labels[row] === label).slice(0, COUNT)
  );
  const picked: number[][] = rows.map(() => []);
  for (let i = 0; picked.flat().length < Math.min(COUNT, rows.flat().length); i++) {
    const next = rows[i % rows.length][Math.floor(i / rows.length)];
    if (next !== undefined) picked[i % rows.length].push(next);
  }
  return takeImages(images, picked.flat());
}

/** The bytes of `examples.npz`. */
export function encodeExamples({ labelled, test }: Examples): Uint8Array<ArrayBuffer> {
  const arrays = {
    labelled: arrayOf(labelled),
    ...test === undefined ? {} : { test: arrayOf(test) },
  };
  return encodeNpz(arrays, { compress: true });
}

/**
 * Reads what {@linkcode encodeExamples} wrote.
 *
 * @throws {InputError} If it is something else.
 */
export async function readExamples(bytes: Uint8Array): Promise<Examples> {
  const { labelled, test } = await readNpz(bytes);
  if (labelled === undefined) {
    throw new InputError('Cannot read examples: the array "labelled" is missing');
  }
  return { labelled: imagesOf(labelled), ...test === undefined ? {} : { test: imagesOf(test) } };
}

function arrayOf({ pixels, count, height, width, channels }: Images): NdArray {
  const shape = [count, height, width, channels];
  return pixels instanceof Uint8Array
    ? ndarray("uint8", shape, pixels)
    : ndarray("float32", shape, pixels);
}

function imagesOf({ data, shape }: NdArray): Images {
  const [count, height, width, channels] = shape;
  if (shape.length !== 4 || !(data instanceof Uint8Array || data instanceof Float32Array)) {
    throw new InputError(
      `Cannot read examples: an array has the shape [${shape}], images [count, height, width, channels] are needed`,
    );
  }
  return { pixels: data, count, height, width, channels };
}
