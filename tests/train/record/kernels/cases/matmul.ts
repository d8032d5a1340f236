import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal } from "./case.ts";

/** Cases for matrix products. */
export const MATMUL_CASES: readonly KernelCase[] = [
  {
    kernel: "BatchMatMul",
    inputs: { a: normal([2, 3]), b: normal([3, 4]) },
    compute: ({ a, b }) => tf.matMul(a, b),
    tolerance: 1e-5,
  },
  {
    kernel: "BatchMatMul",
    about: "both transposed",
    inputs: { a: normal([3, 2]), b: normal([4, 3]) },
    compute: ({ a, b }) => tf.matMul(a, b, true, true),
    tolerance: 1e-5,
  },
  {
    kernel: "BatchMatMul",
    about: "by a constant of one number",
    inputs: { a: normal([2, 3]) },
    compute: ({ a }) => tf.matMul(tf.ones([4, 2]), tf.matMul(a, tf.fill([3, 2], 0.5))),
    tolerance: 1e-5,
  },
  {
    kernel: "BatchMatMul",
    about: "batched, one side broadcast, transposed",
    inputs: { a: normal([5, 2, 3]), b: normal([1, 4, 3]) },
    compute: ({ a, b }) => tf.matMul(a, b, false, true),
    tolerance: 1e-5,
  },
  ...(["linear", "relu", "sigmoid", "elu", "relu6", "leakyrelu"] as const).map((
    activation,
  ): KernelCase => ({
    kernel: "_FusedMatMul",
    about: activation,
    inputs: { a: normal([2, 3]), b: normal([3, 4]), bias: normal([4]) },
    compute: ({ a, b, bias }) =>
      tf.fused.matMul({
        a,
        b,
        bias,
        activation,
        transposeA: false,
        transposeB: false,
        leakyreluAlpha: 0.3,
      }),
    tolerance: 1e-5,
  })),
  {
    kernel: "_FusedMatMul",
    about: "batched with bias",
    inputs: { a: normal([2, 3, 4]), b: normal([2, 4, 5]), bias: normal([5]) },
    compute: ({ a, b, bias }) => tf.fused.matMul({ a, b, bias, activation: "relu" }),
    tolerance: 1e-5,
  },
];
