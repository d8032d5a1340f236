import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, unary } from "./case.ts";

const CERTAIN = { shape: [2, 3], dtype: "float32" as const, values: [0, 90, 0, 0, 0, 90] };

/** Cases for kernels that draw: what is certain can be compared. */
export const RANDOM_CASES: readonly KernelCase[] = [
  unary("Multinomial", (x) => tf.multinomial(x as tf.Tensor2D, 5, 3), CERTAIN),
];
