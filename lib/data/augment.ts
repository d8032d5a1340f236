import { checkConstraints, isNumberBetween } from "../constraints.ts";
import type { Random } from "../array/random.ts";
import { allocate, sizeOf } from "../array/ndarray.ts";
import type { Images } from "./dataset.ts";
import { checkImages } from "./images.ts";

/** The ranges of {@linkcode augmentImages}: each value is uniform within ± the number. */
export interface AugmentOptions {
  /** In degrees. @default {15} */
  rotation?: number;
  /** A share of the size, along each axis on its own. @default {0.15} */
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
  options: AugmentOptions = {},
): A {
  const rows = Int32Array.from({ length: images.shape[0] }, (_, row) => row);
  return augmenter(images, random, options)(rows);
}

/** Random numbers of each image. */
const AMOUNTS = 5;

/**
 * Writes transformed copies of some images, a function that engines may have a faster one for.
 *
 * @param rows The images to copy.
 * @param transforms For each, the cosine and sine of its angle, its scales and its shifts in pixels
 * along x and y, `[rows, 6]`.
 * @param copies Zeros, `[rows, height, width, channels]`.
 */
export type CopyImages = (
  images: Images,
  rows: Int32Array,
  transforms: Float64Array,
  copies: Images["data"],
) => void;

/**
 * What gives the augmented copies of some rows: of each row always the same, the one that
 * {@linkcode augmentImages} gives.
 */
export function augmenter<A extends Images>(
  images: A,
  random: Random,
  { rotation = 15, scaling = 0.15, shift = 1 / 14 }: AugmentOptions = {},
): (rows: ArrayLike<number>, copy?: CopyImages) => A {
  checkConstraints({ rotation, scaling, shift }, [
    ["rotation", "a number from 0 to 180", isNumberBetween(0, 180)],
    ["scaling", "a number from 0 to 1", isNumberBetween(0, 1)],
    ["shift", "a number from 0 to 1", isNumberBetween(0, 1)],
  ], "augment images");
  checkImages(images, "augment images");
  const { dtype, shape: [count, ...size] } = images;
  const [height, width] = size;
  const amounts = Float64Array.from(
    { length: count * AMOUNTS },
    () => 2 * random.uniform() - 1,
  );
  return (rows, copy = copyImages) => {
    const transforms = Float64Array.from(Array.from(rows).flatMap(transformOf));
    const copies = allocate(dtype, rows.length * sizeOf(size));
    copy(images, Int32Array.from(rows), transforms, copies);
    return { ...images, shape: [rows.length, ...size], data: copies };
  };

  function transformOf(row: number): number[] {
    const [turn, scaleX, scaleY, shiftX, shiftY] = amounts.subarray(row * AMOUNTS);
    const angle = turn * rotation * Math.PI / 180;
    return [
      Math.cos(angle),
      Math.sin(angle),
      1 + scaleX * scaling,
      1 + scaleY * scaling,
      shiftX * shift * width,
      shiftY * shift * height,
    ];
  }
}

/** As {@linkcode CopyImages} says, interpolated linearly in doubles. */
const copyImages: CopyImages = ({ dtype, shape, data }, rows, transforms, copies) => {
  const [, height, width, channels] = shape;
  const size = height * width * channels;
  // Storing a byte truncates, so a half is added to round.
  const rounding = dtype === "uint8" ? 0.5 : 0;
  const [centerY, centerX] = [(height - 1) / 2, (width - 1) / 2];
  for (let i = 0; i < rows.length; i++) {
    const [cosine, sine, scaleX, scaleY, shiftX, shiftY] = transforms.subarray(6 * i, 6 * i + 6);
    const start = rows[i] * size;
    for (let row = 0; row < height; row++) {
      const dy = (row - centerY) * scaleY;
      for (let column = 0; column < width; column++) {
        // Where the pixel comes from.
        const dx = (column - centerX) * scaleX;
        const x = cosine * dx - sine * dy + centerX + shiftX;
        const y = sine * dx + cosine * dy + centerY + shiftY;
        const left = Math.floor(x);
        const top = Math.floor(y);
        if (left < -1 || top < -1 || left >= width || top >= height) continue;
        const right = x - left;
        const bottom = y - top;
        // Plain numbers: this loop runs for every pixel of every epoch.
        const hasLeft = left >= 0;
        const hasRight = left + 1 < width;
        const hasTop = top >= 0;
        const hasBottom = top + 1 < height;
        const above = start + (top * width + left) * channels;
        const to = i * size + (row * width + column) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const at = above + channel;
          const below = at + width * channels;
          const upper = (hasTop && hasLeft ? data[at] : 0) * (1 - right) +
            (hasTop && hasRight ? data[at + channels] : 0) * right;
          const lower = (hasBottom && hasLeft ? data[below] : 0) * (1 - right) +
            (hasBottom && hasRight ? data[below + channels] : 0) * right;
          copies[to + channel] = upper * (1 - bottom) + lower * bottom + rounding;
        }
      }
    }
  }
};
