import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { Images } from "./dataset.ts";

/** The images of given indices, in that order, copied. */
export function takeImages(images: Images, indices: ArrayLike<number>): Images {
  const { pixels, height, width, channels } = images;
  const stride = height * width * channels;
  const taken = pixels instanceof Uint8Array
    ? new Uint8Array(indices.length * stride)
    : new Float32Array(indices.length * stride);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!Number.isInteger(index) || index < 0 || index >= images.count) {
      throw new RangeError(`Cannot take image ${index}: there are ${images.count}`);
    }
    taken.set(pixels.subarray(index * stride, (index + 1) * stride), i * stride);
  }
  return { pixels: taken, count: indices.length, height, width, channels };
}

/**
 * Images `[start, end)` as a model takes them, copied.
 *
 * @returns Pixels in [0, 1], `[end - start, height, width, channels]`.
 */
export function toFloat32(
  images: Images,
  start: number = 0,
  end: number = images.count,
): NdArray<"float32"> {
  const { shape, pixels } = rowsOf(images, start, end);
  const values = Float32Array.from(pixels);
  if (pixels instanceof Uint8Array) {
    for (let i = 0; i < values.length; i++) values[i] /= 255;
  }
  return ndarray("float32", shape, values);
}

/**
 * Images `[start, end)` as bytes, copied; floats are rounded to the nearest of 256 levels.
 *
 * @returns Pixels from 0 to 255, `[end - start, height, width, channels]`.
 */
export function toUint8(
  images: Images,
  start: number = 0,
  end: number = images.count,
): NdArray<"uint8"> {
  const { shape, pixels } = rowsOf(images, start, end);
  const bytes = pixels instanceof Uint8Array ? pixels.slice() : new Uint8Array(pixels.length);
  if (pixels instanceof Float32Array) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(pixels[i] * 255);
  }
  return ndarray("uint8", shape, bytes);
}

function rowsOf(
  images: Images,
  start: number,
  end: number,
): { shape: number[]; pixels: Images["pixels"] } {
  const { height, width, channels, count } = images;
  if (start < 0 || end > count || start > end) {
    throw new RangeError(`Cannot take images ${start} to ${end}: there are ${count}`);
  }
  const stride = height * width * channels;
  return {
    shape: [end - start, height, width, channels],
    pixels: images.pixels.subarray(start * stride, end * stride),
  };
}
