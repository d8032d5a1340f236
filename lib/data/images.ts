import { type NdArray, ndarray, sizeOf } from "../array/ndarray.ts";
import { checkConstraints, isIntegerBetween } from "../constraints.ts";
import { InputError } from "../input_error.ts";
import type { ArrayFile } from "./array_file.ts";
import type { Images } from "./dataset.ts";
import { isFloat, toleranceOf } from "./white.ts";

/** The size of each of some images. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Checks that an array is images, and options that are sizes of them.
 *
 * @param action What is being done, for the message: `"resize images"`.
 * @throws {InputError} If its shape is not `[count, height, width, channels]`, or a size is no
 * integer of 1 or more.
 */
export function checkImages(
  { shape }: { readonly shape: readonly number[] },
  action: string,
  sizes: Readonly<Record<string, number>> = {},
): void {
  if (shape.length !== 4 || shape.slice(1).some((size) => !(size >= 1))) {
    throw new InputError(
      `Cannot ${action}: the images have shape [${shape}], [count, height, width, channels] is needed`,
    );
  }
  const needed = "an integer from 1 to 65535";
  const names = Object.keys(sizes);
  checkConstraints(sizes, names.map((name) => [name, needed, isIntegerBetween(1, 65535)]), action);
}

// Bytes looked at together while an array is checked.
const BLOCK_BYTES = 2 ** 20;

/** How the rows of an array make images. */
export interface ArrayImages extends ImageShape {
  /** Whether channels come before height and width, as PyTorch has them. */
  readonly channelsFirst: boolean;
}

/**
 * How the elements of an array of shape `[n, h, w]`, `[n, h*w]` (square), `[n, h, w, channels]` or
 * `[n, channels, h, w]` make images.
 *
 * @throws {InputError} If they make none.
 */
export function imageShape(array: ArrayFile): ArrayImages {
  const { name, shape } = array;
  const fault = (needed: string) =>
    new InputError(`Cannot use ${name} as images: its shape is [${shape.join(", ")}], ${needed}`);
  const channelsFirst = false;
  if (shape.includes(0)) throw fault("at least one image with at least one pixel is needed");
  if (shape.length === 3) return { height: shape[1], width: shape[2], channels: 1, channelsFirst };
  if (shape.length === 2) {
    const side = Math.round(Math.sqrt(shape[1]));
    if (side * side === shape[1]) return { height: side, width: side, channels: 1, channelsFirst };
    throw fault(
      `rows of ${shape[1]} pixels make no square, [images, height, width] is needed`,
    );
  }
  if (shape.length !== 4) throw fault("[images, height, width] is needed");
  const [, first, second, last] = shape;
  if (last <= 4) return { height: first, width: second, channels: last, channelsFirst };
  if (first <= 4) return { height: second, width: last, channels: first, channelsFirst: true };
  throw fault("at most 4 channels are needed: [images, height, width, channels]");
}

/**
 * Reads an array once to its end and checks every pixel.
 *
 * @returns The largest.
 * @throws {InputError} If a pixel is not a number or negative; if the file is damaged.
 */
export async function maxPixel(array: ArrayFile): Promise<number> {
  const stride = sizeOf(array.shape.slice(1));
  const rows = Math.max(1, Math.floor(BLOCK_BYTES / stride));
  let [max, start] = [0, 0];
  let lowest = { image: 0, value: 0 };
  for await (const block of array.rows(rows)) {
    const values = numbersOf(block);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value >= 0 && value <= max) continue;
      const image = start + Math.floor(i / stride);
      if (!Number.isFinite(value)) throw wrongPixel(array, { image, value });
      if (value < lowest.value) lowest = { image, value };
      max = Math.max(max, value);
    }
    start += rows;
  }
  if (lowest.value < -toleranceOf(array.dtype) * max) throw wrongPixel(array, lowest);
  return max;
}

function wrongPixel(
  { name }: ArrayFile,
  { image, value }: { image: number; value: number },
): InputError {
  return new InputError(
    `Cannot use ${name} as images: image ${image} (the first is 0) has a pixel of ${value}, ` +
      "numbers from 0 to 1 or from 0 to 255 are needed",
  );
}

/**
 * Rows of an array as images: integers as bytes if white is 255, all else as floats in [0, 1]. What
 * lies outside is cut off.
 */
export function toImages(
  block: NdArray,
  { layout, white }: { layout: ArrayImages; white: number },
): Images {
  const { height, width, channels } = layout;
  const shape = [block.shape[0], height, width, channels];
  const values = channelsLast(numbersOf(block), layout);
  if (!isFloat(block.dtype) && white === 255) {
    return ndarray("uint8", shape, values instanceof Uint8Array ? values : Uint8Array.from(values));
  }
  const pixels = new Float32Array(values.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.min(1, Math.max(0, values[i] / white));
  return ndarray("float32", shape, pixels);
}

/** The elements of images in the order `[count, height, width, channels]`. */
function channelsLast(values: Numbers, layout: ArrayImages): Numbers {
  const { height, width, channels, channelsFirst } = layout;
  if (!channelsFirst || channels === 1) return values;
  const ordered = values.slice();
  const pixels = height * width;
  for (let i = 0; i < values.length; i++) {
    const [image, pixel] = [Math.floor(i / (pixels * channels)), i % pixels];
    const channel = Math.floor(i / pixels) % channels;
    ordered[(image * pixels + pixel) * channels + channel] = values[i];
  }
  return ordered;
}

type Numbers = Exclude<NdArray["data"], BigInt64Array>;

/** The elements of an array as numbers: 64-bit integers, exact up to 2^53, as float64. */
export function numbersOf(array: NdArray): Numbers {
  return array.data instanceof BigInt64Array ? Float64Array.from(array.data, Number) : array.data;
}
