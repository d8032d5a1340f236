import * as tf from "@tensorflow/tfjs-core";
import { floats, ints, type KernelCase, normal, unary } from "./case.ts";

/** A case that no input takes part in but by being added. */
function made(kernel: string, make: () => tf.Tensor, about?: string): KernelCase {
  return {
    kernel,
    ...(about === undefined ? {} : { about }),
    inputs: { x: floats(0) },
    compute: ({ x }) => tf.add(make(), x),
  };
}

/** Cases for kernels that make tensors from numbers, or lay them out. */
export const FILL_CASES: readonly KernelCase[] = [
  made("Fill", () => tf.fill([2, 3], 2.5)),
  unary("ZerosLike", tf.zerosLike),
  unary("OnesLike", tf.onesLike),
  made("Range", () => tf.range(1, 7, 1.5)),
  made("Range", () => tf.range(3, -3, -2, "int32"), "downwards"),
  made("Range", () => tf.range(3, 0), "downwards with the default step"),
  made("LinSpace", () => tf.linspace(1, 10, 7)),
  made("LinSpace", () => tf.linspace(1, 10, 1), "one point"),
  unary("Diag", tf.diag, normal([3])),
  { ...unary("Diag", tf.diag, normal([2, 3])), about: "of a matrix" },
  unary("OneHot", (x) => tf.oneHot(x, 3), ints(0, 2, 1, -1, 3)),
  { ...unary("OneHot", (x) => tf.oneHot(x, 3, 5, -1, "float32"), ints(0, 2)), about: "values" },
];
