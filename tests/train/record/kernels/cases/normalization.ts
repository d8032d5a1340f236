import * as tf from "@tensorflow/tfjs-core";
import { type CaseInput, type KernelCase, normal, uniform } from "./case.ts";
import { gradients } from "./convolution.ts";

function statistics(shape: number[]): Record<string, CaseInput> {
  return {
    mean: normal(shape),
    variance: uniform(shape, 0.1, 2),
    offset: normal(shape),
    scale: normal(shape),
  };
}

/** Cases for normalization. */
export const NORMALIZATION_CASES: readonly KernelCase[] = [
  ...[[2, 5, 4, 3], [2, 5, 3], [4, 3]].flatMap((shape): KernelCase[] => [
    {
      kernel: "FusedBatchNorm",
      about: `[${shape}], a statistic a channel`,
      inputs: { x: normal(shape), ...statistics([3]) },
      compute: ({ x, mean, variance, offset, scale }) =>
        tf.batchNorm(x, mean, variance, offset, scale, 0.01),
      tolerance: 1e-5,
    },
    {
      kernel: "FusedBatchNorm",
      about: `[${shape}], a statistic an element`,
      inputs: { x: normal(shape), ...statistics(shape) },
      compute: ({ x, mean, variance, offset, scale }) =>
        tf.batchNorm(x, mean, variance, offset, scale),
      tolerance: 1e-5,
    },
    {
      kernel: "FusedBatchNorm",
      about: `[${shape}], neither offset nor scale`,
      inputs: { x: normal(shape), ...statistics([3]) },
      compute: ({ x, mean, variance }) => tf.batchNorm(x, mean, variance),
      tolerance: 1e-5,
    },
    {
      kernel: "FusedBatchNorm",
      about: `[${shape}], gradients`,
      inputs: { x: normal(shape), ...statistics([3]) },
      compute: ({ x, mean, variance, offset, scale }) =>
        gradients(
          (x, mean, variance, offset, scale) =>
            tf.batchNorm(
              x,
              mean as tf.Tensor1D,
              variance as tf.Tensor1D,
              offset as tf.Tensor1D,
              scale as tf.Tensor1D,
            ),
          [x, mean, variance, offset, scale],
        ),
      tolerance: 1e-5,
    },
  ]),
  ...[[5, 1, 1, 0.5], [1, 2, 0.3, 0.75], [2, 0.5, 2, 1]].flatMap(
    ([depthRadius, bias, alpha, beta]): KernelCase[] => {
      const inputs = { x: normal([2, 3, 4, 6]) };
      const about = `radius ${depthRadius}, bias ${bias}, alpha ${alpha}, beta ${beta}`;
      const compute = (x: tf.Tensor) =>
        tf.localResponseNormalization(x as tf.Tensor4D, depthRadius, bias, alpha, beta);
      return [
        { kernel: "LRN", about, inputs, compute: ({ x }) => compute(x), tolerance: 1e-5 },
        {
          kernel: "LRNGrad",
          about,
          inputs,
          compute: ({ x }) => gradients(compute, [x])[0],
          tolerance: 1e-5,
        },
      ];
    },
  ),
];
