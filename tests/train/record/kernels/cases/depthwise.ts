import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal } from "./case.ts";
import { gradients, WINDOWS } from "./convolution.ts";

/** Cases for depthwise convolutions, and those over three axes. */
export const DEPTHWISE_CASES: readonly KernelCase[] = [
  // Their gradients in TensorFlow.js take one stride for all axes.
  ...WINDOWS.filter(({ strides: [high, wide] }) => high === wide)
    .flatMap(({ size, kernel, strides, pad }): KernelCase[] => {
      const inputs = { x: normal([2, ...size, 3]), filter: normal([...kernel, 3, 2]) };
      const compute = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides[0], pad);
      const about = `${size} by ${kernel}, strides ${strides}, pad ${JSON.stringify(pad)}`;
      return [
        {
          kernel: "DepthwiseConv2dNative",
          about,
          inputs,
          compute: ({ x, filter }) => compute(x, filter),
          tolerance: 1e-5,
        },
        {
          kernel: "DepthwiseConv2dNativeBackpropInput",
          about,
          inputs,
          compute: ({ x, filter }) => gradients(compute, [x, filter])[0],
          tolerance: 1e-5,
        },
        {
          kernel: "DepthwiseConv2dNativeBackpropFilter",
          about,
          inputs,
          compute: ({ x, filter }) => gradients(compute, [x, filter])[1],
          tolerance: 1e-5,
        },
      ];
    }),
  ...(["DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"] as const)
    .flatMap((kernel, i) =>
      ([[1, "valid"], [1, "same"], [2, "same"]] as const).map(([stride, pad]): KernelCase => ({
        kernel,
        about: `one filter a channel, stride ${stride}, ${pad}`,
        inputs: { x: normal([2, 6, 7, 5]), filter: normal([3, 2, 5, 1]) },
        compute: ({ x, filter }) => {
          const compute = (x: tf.Tensor, filter: tf.Tensor) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
          return gradients(compute, [x, filter])[i];
        },
        tolerance: 1e-5,
      }))
    ),
  {
    kernel: "DepthwiseConv2dNative",
    about: "dilated",
    inputs: { x: normal([2, 9, 8, 3]), filter: normal([3, 2, 3, 2]) },
    compute: ({ x, filter }) => tf.depthwiseConv2d(x, filter, 1, "same", "NHWC", [2, 3]),
    tolerance: 1e-5,
  },
  {
    kernel: "DepthwiseConv2dNative",
    about: "separable",
    inputs: {
      x: normal([2, 6, 7, 3]),
      depthwise: normal([3, 3, 3, 2]),
      pointwise: normal([1, 1, 6, 4]),
    },
    compute: ({ x, depthwise, pointwise }) =>
      tf.separableConv2d(x, depthwise, pointwise, 2, "same"),
    tolerance: 1e-5,
  },
  {
    kernel: "FusedDepthwiseConv2D",
    inputs: { x: normal([2, 6, 7, 3]), filter: normal([3, 3, 3, 2]), bias: normal([6]) },
    compute: ({ x, filter, bias }) =>
      tf.fused.depthwiseConv2d({
        ...{ x, filter, bias, strides: 2, pad: "same", activation: "relu6" },
      }),
    tolerance: 1e-5,
  },
  ...([
    { kernel: [2, 3, 2], strides: [1, 1, 1], pad: "same" },
    { kernel: [2, 3, 3], strides: [2, 1, 2], pad: "same" },
    { kernel: [2, 2, 1], strides: [2, 2, 3], pad: "valid" },
    { kernel: [1, 1, 1], strides: [3, 2, 2], pad: "same" },
  ] as const).flatMap(({ kernel, strides, pad }): KernelCase[] => {
    const inputs = { x: normal([2, 5, 4, 6, 2]), filter: normal([...kernel, 2, 3]) };
    const compute = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, [...strides], pad);
    const about = `${kernel}, strides ${strides}, ${pad}`;
    return [
      {
        kernel: "Conv3D",
        about,
        inputs,
        compute: ({ x, filter }) => compute(x, filter),
        tolerance: 1e-5,
      },
      {
        kernel: "Conv3DBackpropInputV2",
        about,
        inputs,
        compute: ({ x, filter }) => gradients(compute, [x, filter])[0],
        tolerance: 1e-5,
      },
      {
        kernel: "Conv3DBackpropFilterV2",
        about,
        inputs,
        compute: ({ x, filter }) => gradients(compute, [x, filter])[1],
        tolerance: 1e-5,
      },
    ];
  }),
  {
    kernel: "Conv3D",
    about: "dilated",
    inputs: { x: normal([2, 5, 4, 6, 2]), filter: normal([2, 2, 2, 2, 3]) },
    compute: ({ x, filter }) => tf.conv3d(x, filter, 1, "same", "NDHWC", [2, 1, 3]),
    tolerance: 1e-5,
  },
  {
    kernel: "Conv3DBackpropInputV2",
    about: "transposed convolution",
    inputs: { dy: normal([2, 3, 2, 3, 3]), filter: normal([3, 2, 2, 2, 3]) },
    compute: ({ dy, filter }) => tf.conv3dTranspose(dy, filter, [2, 6, 4, 5, 2], 2, "same"),
    tolerance: 1e-5,
  },
];
