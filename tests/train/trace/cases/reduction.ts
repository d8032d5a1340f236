import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal, unary } from "./case.ts";

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
];
