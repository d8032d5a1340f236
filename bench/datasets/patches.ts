import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import type { Images, LabelledImages } from "../../lib/data/mod.ts";

/** Pixels along each side of a patch. */
export const PATCH = 64;

/** How to cut patches. */
export interface PatchOptions {
  /** The part of each photograph's width that patches lie in, from 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly perPhoto: number;
  readonly seed: number;
}

/**
 * Square patches at random places of photographs; the class of a patch is its photograph. Parts of
 * the width that do not overlap have no pixel in common.
 *
 * @param photos `[1, height, width, channels]` each.
 * @returns The patches of one photograph after those of another.
 */
export function cutPatches(
  photos: readonly (Images & { dtype: "uint8" })[],
  { from, to, perPhoto, seed }: PatchOptions,
): LabelledImages {
  const channels = photos[0].shape[3];
  const size = PATCH * PATCH * channels;
  const pixels = new Uint8Array(photos.length * perPhoto * size);
  const labels = new Int32Array(photos.length * perPhoto);
  photos.forEach(({ data, shape: [, height, width] }, label) => {
    const random = new Random(seed, `patches ${label} ${from}`);
    const [first, end] = [from, to].map((share) => Math.round(share * width));
    for (let i = 0; i < perPhoto; i++) {
      const x = first + random.integer(end - first - PATCH + 1);
      const y = random.integer(height - PATCH + 1);
      const patch = label * perPhoto + i;
      labels[patch] = label;
      for (let row = 0; row < PATCH; row++) {
        const start = ((y + row) * width + x) * channels;
        const line = data.subarray(start, start + PATCH * channels);
        pixels.set(line, patch * size + row * PATCH * channels);
      }
    }
  });
  return { images: ndarray("uint8", [labels.length, PATCH, PATCH, channels], pixels), labels };
}
