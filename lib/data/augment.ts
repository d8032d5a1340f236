import type { Random } from "../array/random.ts";
import { allocate } from "../array/ndarray.ts";
import type { Images } from "./dataset.ts";

/** How far {@linkcode warpImages} may move an image: each number is drawn evenly within ± itself. */
export interface WarpOptions {
  /** In degrees. @default {15} */
  rotation?: number;
  /** Part of the size, along each axis by itself. @default {0.15} */
  scaling?: number;
  /** Part of the height and width. @default {1 / 14} */
  shift?: number;
}

/**
 * A copy of each image, turned, stretched and moved a little about its centre: another view of what
 * it shows. Pixels are interpolated linearly; what comes in from outside is 0.
 */
export function warpImages<A extends Images>(
  images: A,
  random: Random,
  { rotation = 15, scaling = 0.15, shift = 1 / 14 }: WarpOptions = {},
): A {
  const { dtype, shape, data } = images;
  const [count, height, width, channels] = shape;
  const size = height * width * channels;
  const warped = allocate(dtype, data.length);
  // Bytes are cut off when they are stored, so half is added to round them.
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
          warped[start + (row * width + column) * channels + channel] = upper * (1 - bottom) +
            lower * bottom + rounding;
        }
      }
    }
  }
  return { ...images, data: warped };
}
