import * as tf from "@tensorflow/tfjs-core";
import type { ImageShape } from "./mlp.ts";

/** How many quadrants of an image are given. */
export type QuadrantCount = 1 | 2 | 3;

/** Images `[batch, height, width, channels]` in two parts, each with zeros in place of the other. */
export interface Quadrants {
  given(images: tf.Tensor): tf.Tensor;
  rest(images: tf.Tensor): tf.Tensor;
  /** How many numbers of an image are given. */
  readonly givenSize: number;
}

/**
 * The quadrants that Pyro's tutorial on conditional VAEs gives: of one the lower left, of two the left
 * half, of three all but the lower right.
 */
export function quadrants([height, width, channels]: ImageShape, count: QuadrantCount): Quadrants {
  const [middle, center] = [height >> 1, width >> 1];
  /** A rectangle, and zeros around it. */
  const cut = (images: tf.Tensor, [top, bottom, left, right]: readonly number[]) =>
    tf.pad(
      tf.slice(images, [0, top, left, 0], [-1, bottom - top, right - left, -1]),
      [[0, 0], [top, height - bottom], [left, width - right], [0, 0]],
    );
  const one = {
    1: [middle, height, 0, center],
    2: [0, height, 0, center],
    3: [middle, height, center, width],
  }[count];
  const size = (one[1] - one[0]) * (one[3] - one[2]) * channels;
  const part = (images: tf.Tensor) => cut(images, one);
  const others = (images: tf.Tensor) => tf.sub(images, cut(images, one));
  return count === 3
    ? { given: others, rest: part, givenSize: height * width * channels - size }
    : { given: part, rest: others, givenSize: size };
}
