import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal } from "./case.ts";
import { gradients } from "./convolution.ts";

/** Cases for greyscale dilation. */
export const DILATION_CASES: readonly KernelCase[] = ([
  { size: [7, 8], kernel: [3, 2], strides: 1, pad: "same", dilations: 1 },
  { size: [7, 8], kernel: [3, 3], strides: 2, pad: "same", dilations: 1 },
  { size: [7, 8], kernel: [2, 2], strides: 3, pad: "valid", dilations: 1 },
  { size: [9, 8], kernel: [2, 3], strides: 1, pad: "valid", dilations: 2 },
] as const).flatMap(({ size, kernel, strides, pad, dilations }): KernelCase[] => {
  const inputs = { x: normal([2, ...size, 3]), filter: normal([...kernel, 3]) };
  const about = `${size} by ${kernel}, strides ${strides}, ${pad}, dilations ${dilations}`;
  const compute = (x: tf.Tensor, filter: tf.Tensor) =>
    tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, strides, pad, dilations);
  return [
    { kernel: "Dilation2D", about, inputs, compute: ({ x, filter }) => compute(x, filter) },
    ...["Dilation2DBackpropInput", "Dilation2DBackpropFilter"].map((kernel, i): KernelCase => ({
      kernel,
      about,
      inputs,
      compute: ({ x, filter }) => gradients(compute, [x, filter])[i],
      tolerance: 1e-5,
    })),
  ];
});
