import { type NdArray, ndarray } from "../array/ndarray.ts";

/** The mean length of the rows of an array `[count, features]`, by which its block is divided. */
export function meanLength({ data, shape: [count, features] }: NdArray<"float32">): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let j = 0; j < features; j++) square += data[i * features + j] ** 2;
    sum += Math.sqrt(square);
  }
  return sum / count;
}

/**
 * Blocks of features side by side, each divided by a length, so that Euclidean distances count all
 * alike.
 *
 * @param blocks `[count, features]` each.
 * @param lengths What each is divided by: {@linkcode meanLength} of the training images' block.
 * @returns `[count, all features]`
 */
export function joinBlocks(
  blocks: readonly NdArray<"float32">[],
  lengths: readonly number[] = blocks.map(meanLength),
): NdArray<"float32"> {
  const [count] = blocks[0].shape;
  const width = blocks.reduce((sum, { shape }) => sum + shape[1], 0);
  const joined = new Float32Array(count * width);
  let offset = 0;
  blocks.forEach(({ data, shape: [, features] }, b) => {
    const factor = 1 / (lengths[b] || 1);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < features; j++) {
        joined[i * width + offset + j] = data[i * features + j] * factor;
      }
    }
    offset += features;
  });
  return ndarray("float32", [count, width], joined);
}
