import * as tf from "@tensorflow/tfjs-core";
import { bools, floats, ints, type KernelCase, normal, unary } from "./case.ts";

/** Cases for kernels that fold axes away. */
export const REDUCTION_CASES: readonly KernelCase[] = [
  unary("Sum", (x) => tf.sum(x, 1), normal([2, 3, 4])),
  { ...unary("Sum", (x) => tf.sum(x), normal([2, 3])), about: "all axes" },
  { ...unary("Sum", (x) => tf.sum(x, [0, -1], true), normal([2, 3, 4])), about: "keepDims" },
  { ...unary("Sum", (x) => tf.sum(x, []), normal([2, 3])), about: "no axes" },
  unary("Max", (x) => tf.max(x, 0), normal([2, 3, 4])),
  unary("Min", (x) => tf.min(x, [1, 2]), normal([2, 3, 4])),
  unary("Mean", (x) => tf.mean(x, -1), normal([2, 3, 4])),
  unary("Prod", (x) => tf.prod(x, 1), normal([2, 3])),
  { ...unary("Sum", (x) => tf.sum(x), bools(1, 0, 1)), about: "bool" },
  { ...unary("Mean", (x) => tf.mean(x), ints(1, 2, 4)), about: "int32" },
  { ...unary("Prod", (x) => tf.prod(x), ints(3, -2, 4)), about: "int32" },
  { ...unary("Max", (x) => tf.max(x), floats(1, NaN, 2)), about: "NaN" },
  { ...unary("Max", (x) => tf.max(x), ints(1, 5, 2)), about: "int32" },
  { ...unary("Min", (x) => tf.min(x), floats(1, NaN, 2)), about: "NaN" },
  unary("All", (x) => tf.all(x, 0), { shape: [2, 3], dtype: "bool", values: [1, 0, 1, 1, 1, 0] }),
  unary("Any", (x) => tf.any(x, 0), { shape: [2, 3], dtype: "bool", values: [1, 0, 1, 1, 0, 0] }),
  unary("ArgMax", (x) => tf.argMax(x, 1), normal([3, 5])),
  { ...unary("ArgMax", (x) => tf.argMax(x), floats(1, NaN, 3, 3)), about: "NaN and a tie" },
  { ...unary("ArgMax", (x) => tf.argMax(x), floats(NaN, 1, 2)), about: "NaN first" },
  {
    ...unary("ArgMax", (x) => tf.argMax(tf.reshape(x, [2, 3]), 1), floats(NaN, 9, 2, 1, NaN, 3)),
    about: "NaN first in a row",
  },
  unary("ArgMin", (x) => tf.argMin(x, 0), normal([3, 5])),
  { ...unary("ArgMin", (x) => tf.argMin(x), floats(NaN, 1, -2)), about: "NaN first" },
  { ...unary("ArgMin", (x) => tf.argMin(x), floats(3, NaN, -2, NaN)), about: "NaN" },
  { ...unary("ArgMin", (x) => tf.argMin(x), ints(4, 2, 3)), about: "int32" },
  ...[false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse): KernelCase[] => {
      const about = `${exclusive ? "exclusive" : "inclusive"}, ${reverse ? "back" : "for"}wards`;
      const x = normal([2, 7]);
      return [
        { ...unary("Cumsum", (x) => tf.cumsum(x, 1, exclusive, reverse), x), about },
        { ...unary("Cumprod", (x) => tf.cumprod(x, 1, exclusive, reverse), x), about },
      ];
    })
  ),
];
