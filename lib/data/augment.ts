import type { Random } from "../array/random.ts";
import { allocate } from "../array/ndarray.ts";
import type { Images } from "./dataset.ts";

/** The ranges of {@linkcode augmentImages}: each value is uniform within ± the number. */
export interface AugmentOptions {
  /** In degrees. @default {15} */
  rotation?: number;
  /** A share of the size, along each axis by itself. @default {0.15} */
  scaling?: number;
  /** A share of the height and width. @default {1 / 14} */
  shift?: number;
}

/**
 * An augmented copy of each image: rotated, scaled and shifted about its centre by random amounts.
 * Pixels are interpolated linearly; those from outside the image are 0.
 */
export function augmentImages<A extends Images>(
  images: A,
  random: Random,
  { rotation = 15, scaling = 0.15, shift = 1 / 14 }: AugmentOptions = {},
): A {
  const { dtype, shape, data } = images;
  const [count, height, width, channels] = shape;
  const size = height * width * channels;
  const augmented = allocate(dtype, data.length);
  // Storing a byte truncates, so a half is added to round.
  const rounding = dtype === "uint8" ? 0.5 : 0;
  const [centerY, centerX] = [(height - 1) / 2, (width - 1) / 2];
  const within = (limit: number) => (2 * random.uniform() - 1) * limit;

  for (let image = 0; image < count; image++) {
    const angle = within(rotation) * Math.PI / 180;
    const [scaleX, scaleY] = [1 + within(scaling), 1 + within(scaling)];
    const [shiftX, shiftY] = [within(shift) * width, within(shift) * height];
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const start = image * size;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        // Where the pixel comes from.
        const [dx, dy] = [(column - centerX) * scaleX, (row - centerY) * scaleY];
        const x = cosine * dx - sine * dy + centerX + shiftX;
        const y = sine * dx + cosine * dy + centerY + shiftY;
        const [left, top] = [Math.floor(x), Math.floor(y)];
        if (left < -1 || top < -1 || left >= width || top >= height) continue;
        const [right, bottom] = [x - left, y - top];
        for (let channel = 0; channel < channels; channel++) {
          const at = (j: number, i: number) =>
            j < 0 || i < 0 || j >= height || i >= width
              ? 0
              : data[start + (j * width + i) * channels + channel];
          const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
          const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
          augmented[start + (row * width + column) * channels + channel] = upper * (1 - bottom) +
            lower * bottom + rounding;
        }
      }
    }
  }
  return { ...images, data: augmented };
}
