import { type NdArray, ndarray, sizeOf } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import type { ArrayFile } from "./array_file.ts";
import type { Images } from "./dataset.ts";

/** What white is in a file: pixels lie in [0, 1] or [0, 255]. */
export type Scale = 1 | 255;

/** The size of each of some images. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

// Bytes looked at together while an array is checked.
const BLOCK_BYTES = 2 ** 20;

/**
 * How the elements of an array of shape `[n, h, w]`, `[n, h*w]` (square), `[n, h, w, channels]` or
 * `[n, 1, h, w]` make images.
 *
 * @throws {InputError} If they make none.
 */
export function imageShape(array: ArrayFile): ImageShape {
  const { name, shape } = array;
  const fault = (needed: string) =>
    new InputError(`Cannot use ${name} as images: its shape is [${shape.join(", ")}], ${needed}`);
  if (shape.includes(0)) throw fault("at least one image with at least one pixel is needed");
  if (shape.length === 3) return { height: shape[1], width: shape[2], channels: 1 };
  if (shape.length === 2) {
    const side = Math.round(Math.sqrt(shape[1]));
    if (side * side === shape[1]) return { height: side, width: side, channels: 1 };
    throw fault(
      `rows of ${shape[1]} pixels make no square, [images, height, width] is needed`,
    );
  }
  if (shape.length !== 4) throw fault("[images, height, width] is needed");
  const [, height, width, channels] = shape;
  if (channels <= 4) return { height, width, channels };
  // PyTorch's order. With one channel the elements lie the same way in both.
  if (height === 1) return { height: width, width: channels, channels: 1 };
  throw fault("channels must come last, at most 4 of them: [images, height, width, channels]");
}

/**
 * Reads an array once to its end, checks every pixel and finds what white is.
 *
 * Booleans have 1, floats up to 1 have 1, numbers above 1 have 255. Integers of only 0 and 1 can be
 * either: they have `expectedScale`, or 1 if none is expected.
 *
 * @throws {InputError} If a pixel is no number, negative, above 255, or if floats end between the
 * two scales; if the file is damaged.
 */
export async function findScale(
  array: ArrayFile,
  options: { expectedScale?: Scale | undefined } = {},
): Promise<Scale> {
  const { expectedScale } = options;
  const stride = sizeOf(array.shape.slice(1));
  const rows = Math.max(1, Math.floor(BLOCK_BYTES / stride));
  let max = 0;
  let start = 0;
  for await (const block of array.rows(rows)) {
    max = Math.max(max, maxPixel(block, { name: array.name, stride, start }));
    start += rows;
  }
  if (array.dtype === "bool") return 1;
  if (array.dtype === "float32" || array.dtype === "float64") {
    // Rounding and resampling leave values a little above 1, which read as 0 to 255 would be black.
    if (max > 1 && max < 2 && expectedScale !== 255) {
      throw new InputError(
        `Cannot use ${array.name} as images: its largest pixel is ${max}, ` +
          "numbers from 0 to 1 or from 0 to 255 are needed",
      );
    }
    return max > 1 ? 255 : 1;
  }
  return max > 1 ? 255 : expectedScale ?? 1;
}

function maxPixel(
  block: NdArray,
  options: { name: string; stride: number; start: number },
): number {
  const values = numbersOf(block);
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= 0 && value <= 255)) {
      const { name, stride, start } = options;
      throw new InputError(
        `Cannot use ${name} as images: image ${start + Math.floor(i / stride)} (the first is 0) ` +
          `has a pixel of ${value}, numbers from 0 to 1 or from 0 to 255 are needed`,
      );
    }
    if (value > max) max = value;
  }
  return max;
}

/** Rows of an array as images: integers of scale 255 as bytes, all else as floats. */
export function toImages(
  block: NdArray,
  { shape, scale }: { shape: readonly number[]; scale: Scale },
): Images {
  if (block.dtype === "float32" && scale === 1) {
    return ndarray("float32", shape, block.data as Float32Array);
  }
  const values = numbersOf(block);
  const integers = block.dtype !== "float32" && block.dtype !== "float64";
  if (integers && scale === 255) {
    return ndarray("uint8", shape, values instanceof Uint8Array ? values : Uint8Array.from(values));
  }
  const pixels = new Float32Array(values.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = values[i] / scale;
  return ndarray("float32", shape, pixels);
}

/** The elements of an array as numbers: 64-bit integers, exact up to 2^53, as float64. */
export function numbersOf(array: NdArray): Exclude<NdArray["data"], BigInt64Array> {
  return array.data instanceof BigInt64Array ? Float64Array.from(array.data, Number) : array.data;
}
