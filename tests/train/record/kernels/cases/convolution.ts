import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal } from "./case.ts";

type Pad = Parameters<typeof tf.conv2d>[3];
type Activation = NonNullable<Parameters<typeof tf.fused.conv2d>[0]["activation"]>;

/** How a window slides; sizes and strides that do not divide each other, both ways. */
export const WINDOWS: readonly { size: number[]; kernel: number[]; strides: number[]; pad: Pad }[] =
  [
    { size: [7, 8], kernel: [3, 3], strides: [1, 1], pad: "same" },
    { size: [7, 8], kernel: [3, 3], strides: [2, 2], pad: "same" },
    { size: [7, 8], kernel: [3, 2], strides: [2, 3], pad: "valid" },
    { size: [9, 8], kernel: [2, 2], strides: [4, 4], pad: "valid" },
    { size: [7, 8], kernel: [4, 4], strides: [2, 2], pad: "same" },
    { size: [5, 6], kernel: [3, 3], strides: [2, 2], pad: 1 },
    { size: [5, 6], kernel: [1, 1], strides: [2, 2], pad: "same" },
    { size: [5, 6], kernel: [1, 1], strides: [1, 1], pad: "valid" },
    { size: [5, 6], kernel: [3, 2], strides: [2, 1], pad: [[0, 0], [2, 1], [0, 1], [0, 0]] },
  ];

const ACTIVATIONS: readonly Activation[] = [
  "linear",
  "relu",
  "sigmoid",
  "elu",
  "relu6",
  "leakyrelu",
  "prelu",
];

function describe({ size, kernel, strides, pad }: (typeof WINDOWS)[number]): string {
  return `${size} by ${kernel}, strides ${strides}, pad ${JSON.stringify(pad)}`;
}

/** The gradients of a sum over `compute`, weighted so that no element's is like another's. */
export function gradients(
  compute: (...tensors: tf.Tensor[]) => tf.Tensor,
  tensors: tf.Tensor[],
): tf.Tensor[] {
  const weighted = (...args: tf.Tensor[]) => {
    const y = compute(...args);
    const weights = tf.sin(tf.range(0, 97));
    const flat = tf.reshape(y, [-1]);
    const repeated = tf.slice(tf.tile(weights, [Math.ceil(flat.size / 97)]), 0, flat.size);
    return tf.sum(tf.mul(flat, repeated));
  };
  return tf.grads(weighted)(tensors);
}

/** Cases for convolutions and their gradients. */
export const CONVOLUTION_CASES: readonly KernelCase[] = [
  ...WINDOWS.flatMap((window): KernelCase[] => {
    const { size, kernel, strides, pad } = window;
    const x = normal([2, ...size, 3]), filter = normal([...kernel, 3, 4]);
    const wide = { x: normal([2, ...size, 9]), filter: normal([...kernel, 9, 4]) };
    const compute = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides as [number, number], pad);
    const about = describe(window);
    return [
      {
        kernel: "Conv2D",
        about,
        inputs: { x, filter },
        compute: ({ x, filter }) => compute(x, filter),
        tolerance: 1e-5,
      },
      {
        kernel: "Conv2DBackpropInput",
        about,
        inputs: { x, filter },
        compute: ({ x, filter }) => gradients(compute, [x, filter])[0],
        tolerance: 1e-5,
      },
      ...[{ x, filter }, wide].map((inputs): KernelCase => ({
        kernel: "Conv2DBackpropFilter",
        about: `${about}, ${inputs.x.shape[3]} channels`,
        inputs,
        compute: ({ x, filter }) => gradients(compute, [x, filter])[1],
        tolerance: 1e-5,
      })),
    ];
  }),
  {
    kernel: "Conv2D",
    about: "dilated",
    inputs: { x: normal([2, 9, 8, 3]), filter: normal([3, 2, 3, 4]) },
    compute: ({ x, filter }) => tf.conv2d(x, filter, 1, "same", "NHWC", [2, 3]),
    tolerance: 1e-5,
  },
  {
    kernel: "Conv2D",
    about: "channels first",
    inputs: { x: normal([2, 3, 7, 8]), filter: normal([3, 3, 3, 4]) },
    compute: ({ x, filter }) => tf.conv2d(x, filter, 2, "same", "NCHW"),
    tolerance: 1e-5,
  },
  {
    kernel: "Conv2D",
    about: "channels first, explicit padding",
    inputs: { x: normal([2, 3, 7, 8]), filter: normal([3, 3, 3, 4]) },
    compute: ({ x, filter }) => tf.conv2d(x, filter, 2, [[0, 0], [0, 0], [1, 2], [0, 1]], "NCHW"),
    tolerance: 1e-5,
  },
  {
    kernel: "Conv2D",
    about: "sizes rounded up",
    inputs: { x: normal([2, 6, 8, 3]), filter: normal([3, 3, 3, 4]) },
    compute: ({ x, filter }) => tf.conv2d(x, filter, 2, 0, "NHWC", 1, "ceil"),
    tolerance: 1e-5,
  },
  {
    kernel: "Conv2D",
    about: "one-dimensional",
    inputs: { x: normal([2, 9, 3]), filter: normal([4, 3, 2]) },
    compute: ({ x, filter }) => tf.conv1d(x, filter, 2, "same"),
    tolerance: 1e-5,
  },
  ...[0, 1].map((i): KernelCase => ({
    kernel: ["Conv2DBackpropInput", "Conv2DBackpropFilter"][i],
    about: "channels first",
    inputs: { x: normal([2, 3, 7, 8]), filter: normal([3, 3, 3, 4]) },
    compute: ({ x, filter }) =>
      gradients(
        (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "same", "NCHW"),
        [x, filter],
      )[i],
    tolerance: 1e-5,
  })),
  // Of a window that is larger than the image, some elements never lie inside.
  ...([[1, [5, 6]], [2, [7, 3]], [1, [2, 9]]] as const).map(([stride, [height, width]]) => ({
    kernel: "Conv2DBackpropFilter",
    about: `a window of ${height} x ${width} on a small image`,
    inputs: { x: normal([2, 2, 3, 9]), filter: normal([height, width, 9, 4]) },
    compute: ({ x, filter }: Record<string, tf.Tensor>) =>
      gradients(
        (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, "same"),
        [x, filter],
      )[1],
    tolerance: 1e-5,
  })),
  // Neighbours along the width lie in one piece of a stride where that divides the width.
  ...([[6, 3, 2], [5, 3, 2], [8, 2, 5], [8, 4, 3], [6, 3, 1]] as const).map((
    [width, stride, across],
  ) => ({
    kernel: "Conv2DBackpropFilter",
    about: `given padding, ${across} wide every ${stride} of ${width}`,
    inputs: { x: normal([2, 6, width, 9]), filter: normal([3, across, 9, 4]) },
    compute: ({ x, filter }: Record<string, tf.Tensor>) =>
      gradients((x, filter) =>
        tf.conv2d(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          [2, stride],
          [[0, 0], [3, 1], [1, 4], [0, 0]],
        ), [x, filter])[1],
    tolerance: 1e-5,
  })),
  {
    kernel: "Conv2DBackpropFilter",
    about: "channels first, many channels",
    inputs: { x: normal([2, 12, 7, 8]), filter: normal([3, 3, 12, 4]) },
    compute: ({ x, filter }) =>
      gradients(
        (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "valid", "NCHW"),
        [x, filter],
      )[1],
    tolerance: 1e-5,
  },
  ...(["same", "valid"] as const).flatMap((pad) => {
    const inputs = { dy: normal([2, 4, 3, 4]), filter: normal([3, 3, 2, 4]) };
    const shape = (pad === "same" ? [2, 8, 5, 2] : [2, 9, 7, 2]) as [
      number,
      number,
      number,
      number,
    ];
    const compute = (dy: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2dTranspose(dy as tf.Tensor4D, filter as tf.Tensor4D, shape, 2, pad);
    return [
      {
        kernel: "Conv2DBackpropInput",
        about: `transposed convolution, ${pad}`,
        inputs,
        compute: ({ dy, filter }) => compute(dy, filter),
        tolerance: 1e-5,
      },
      {
        kernel: "Conv2DBackpropInput",
        about: `gradients of transposed convolution, ${pad}`,
        inputs,
        compute: ({ dy, filter }) => gradients(compute, [dy, filter]),
        tolerance: 1e-5,
      },
    ] satisfies KernelCase[];
  }),
  ...ACTIVATIONS.map((activation): KernelCase => ({
    kernel: "FusedConv2D",
    about: activation,
    inputs: {
      x: normal([2, 5, 6, 3]),
      filter: normal([3, 3, 3, 4]),
      bias: normal([4]),
      slopes: normal([4]),
    },
    compute: ({ x, filter, bias, slopes }) =>
      tf.fused.conv2d({
        ...{ x, filter, bias, activation, strides: 2, pad: "same", leakyreluAlpha: 0.3 },
        ...(activation === "prelu" ? { preluActivationWeights: slopes } : {}),
      }),
    tolerance: 1e-5,
  })),
  ...[[], [1], [4], [3, 3, 4]].map((shape): KernelCase => ({
    kernel: "FusedConv2D",
    about: `bias [${shape}]`,
    inputs: { x: normal([2, 5, 6, 3]), filter: normal([3, 3, 3, 4]), bias: normal(shape) },
    compute: ({ x, filter, bias }) =>
      tf.fused.conv2d({ x, filter, bias, strides: 2, pad: "same", activation: "relu" }),
    tolerance: 1e-5,
  })),
  {
    kernel: "FusedConv2D",
    about: "channels first, a bias and a slope a channel",
    inputs: {
      x: normal([2, 3, 5, 6]),
      filter: normal([3, 3, 3, 4]),
      bias: normal([4]),
      slopes: normal([4]),
    },
    compute: ({ x, filter, bias, slopes }) =>
      tf.fused.conv2d({
        ...{ x, filter, bias, strides: 2, pad: "same", dataFormat: "NCHW" },
        ...{ activation: "prelu", preluActivationWeights: slopes },
      }),
    tolerance: 1e-5,
  },
];
