import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal, unary } from "./case.ts";

/** Cases for kernels that move, repeat or name elements. */
export const SHAPE_CASES: readonly KernelCase[] = [
  unary("Identity", tf.clone),
  unary("Reshape", (x) => tf.reshape(x, [3, -1]), normal([2, 6])),
  {
    ...unary("Reshape", (x) => tf.reshape(tf.reshape(x, [3, 4]), [2, 6]), normal([2, 6])),
    about: "there and back",
  },
  {
    ...unary(
      "Reshape",
      (x) => tf.reshape(tf.reshape(tf.neg(x), [3, 4]), [4, 3]),
      normal([2, 6]),
    ),
    about: "a chain",
  },
  unary("ExpandDims", (x) => tf.expandDims(x, -1), normal([2, 3])),
  unary("Transpose", (x) => tf.transpose(x, [2, 0, 1]), normal([2, 3, 4])),
  unary("Tile", (x) => tf.tile(x, [2, 3]), normal([2, 3])),
  {
    kernel: "Concat",
    inputs: { a: normal([2, 3]), b: normal([2, 1]) },
    compute: ({ a, b }) => tf.concat([a, b], -1),
  },
  {
    kernel: "Concat",
    about: "one of them computed, of no elements",
    inputs: { a: normal([2, 3]), b: normal([2, 4]) },
    compute: ({ a, b }) => tf.concat([a, tf.square(tf.stridedSlice(b, [0, 0], [2, 0], [1, 1]))], 1),
  },
  unary("Slice", (x) => tf.slice(x, [1, 0], [1, -1]), normal([3, 4])),
  {
    kernel: "SplitV",
    inputs: { x: normal([2, 6]) },
    compute: ({ x }) => tf.split(x, [1, 2, 3], 1),
  },
  {
    kernel: "Pack",
    inputs: { a: normal([2, 3]), b: normal([2, 3]) },
    compute: ({ a, b }) => [tf.stack([a, b], 1), tf.stack([a, b], 2)],
  },
  {
    kernel: "Unpack",
    inputs: { x: normal([2, 3]) },
    compute: ({ x }) => tf.unstack(x, 1),
  },
  unary("StridedSlice", (x) => tf.stridedSlice(x, [0, 3], [3, 0], [2, -1]), normal([3, 4])),
  {
    ...unary("StridedSlice", (x) => tf.stridedSlice(x, [0, 3], [3, -9], [1, -2]), normal([3, 4])),
    about: "backwards to the first element",
  },
  {
    ...unary(
      "StridedSlice",
      (x) => tf.stridedSlice(x, [1, 1], [2, 3], [1, 1], 0, 0, 0, 0, 1),
      normal([3, 4]),
    ),
    about: "an axis dropped",
  },
  unary("Reverse", (x) => tf.reverse(x, [0, -1]), normal([2, 3, 4])),
  unary("FlipLeftRight", (x) => tf.image.flipLeftRight(x as tf.Tensor4D), normal([1, 2, 3, 2])),
  { ...unary("Reshape", (x) => tf.reshape(x, [0, 3]), normal([2, 0])), about: "nothing" },
];
