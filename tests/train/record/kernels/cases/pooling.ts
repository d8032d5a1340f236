import * as tf from "@tensorflow/tfjs-core";
import { type CaseInput, floats, ints, type KernelCase, normal } from "./case.ts";
import { gradients, WINDOWS } from "./convolution.ts";

type Pool = typeof tf.maxPool;
type Pool3d = typeof tf.maxPool3d;

/** Windows side by side: with elements left over, with padding at the ends, and with many elements. */
const TILES: typeof WINDOWS = [
  { size: [6, 8], kernel: [2, 2], strides: [2, 2], pad: "valid" },
  { size: [7, 8], kernel: [2, 3], strides: [2, 3], pad: "valid" },
  { size: [7, 5], kernel: [3, 2], strides: [3, 2], pad: "same" },
  { size: [6, 5], kernel: [1, 3], strides: [1, 3], pad: "same" },
  { size: [6, 5], kernel: [3, 1], strides: [3, 1], pad: [[0, 0], [2, 1], [0, 0], [0, 0]] },
  { size: [11, 10], kernel: [5, 5], strides: [5, 5], pad: "same" },
];

/** A kernel and its gradient, by window. */
function pooling(kernel: string, pool: Pool): KernelCase[] {
  return [...WINDOWS, ...TILES].flatMap(
    ({ size, kernel: window, strides, pad }) => {
      const compute = (x: tf.Tensor) =>
        pool(
          x as tf.Tensor4D,
          window as [number, number],
          strides as [number, number],
          pad as number,
        );
      const about = `${size} by ${window}, strides ${strides}, pad ${JSON.stringify(pad)}`;
      const inputs = { x: normal([2, ...size, 3]) };
      return [
        { kernel, about, inputs, compute: ({ x }) => compute(x) },
        {
          kernel: `${kernel}Grad`,
          about,
          inputs,
          compute: ({ x }) => gradients(compute, [x])[0],
          tolerance: 1e-5,
        },
      ] satisfies KernelCase[];
    },
  );
}

/** The same over depth, height and width. */
function pooling3d(kernel: string, pool: Pool3d): KernelCase[] {
  return ([
    { window: [3, 2, 2], strides: [1, 1, 1], pad: "same" },
    { window: [2, 2, 2], strides: [2, 2, 2], pad: "valid" },
    { window: [3, 1, 1], strides: [2, 1, 3], pad: "same" },
    { window: [3, 3, 3], strides: [2, 2, 2], pad: 1 },
  ] as const).flatMap(({ window, strides, pad }) => {
    const compute = (x: tf.Tensor) => pool(x as tf.Tensor5D, [...window], [...strides], pad);
    const about = `${window}, strides ${strides}, pad ${pad}`;
    const inputs = { x: normal([2, 5, 4, 6, 2]) };
    return [
      { kernel, about, inputs, compute: ({ x }) => compute(x) },
      {
        kernel: `${kernel}Grad`,
        about,
        inputs,
        compute: ({ x }) => gradients(compute, [x])[0],
        tolerance: 1e-5,
      },
    ] satisfies KernelCase[];
  });
}

/** Whole numbers, so that many are equal. */
function rounded(shape: number[]): CaseInput {
  const { values, ...input } = normal(shape);
  return { ...input, values: values.map(Math.round) };
}

/** Cases for pooling. */
export const POOLING_CASES: readonly KernelCase[] = [
  ...pooling("MaxPool", tf.maxPool),
  ...pooling("AvgPool", tf.avgPool),
  ...pooling3d("MaxPool3D", tf.maxPool3d),
  ...pooling3d("AvgPool3D", tf.avgPool3d),
  {
    kernel: "MaxPool",
    about: "padding as wide as the window",
    inputs: { x: normal([2, 7, 7, 3]) },
    compute: ({ x }) => tf.maxPool(x, 3, 1, 3),
  },
  {
    kernel: "MaxPoolGrad",
    about: "padding as wide as the window",
    inputs: { x: normal([2, 7, 7, 3]) },
    compute: ({ x }) => gradients((x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 3), [x])[0],
    tolerance: 1e-5,
  },
  ...([tf.maxPool, tf.avgPool] as const).map((pool, i): KernelCase => ({
    kernel: ["MaxPool", "AvgPool"][i],
    about: "windows outside of the image",
    inputs: { x: normal([2, 2, 3, 3]) },
    compute: ({ x }) => pool(x, 2, 3, 1, "ceil"),
  })),
  {
    kernel: "AvgPool3D",
    about: "padding as wide as the window",
    inputs: { x: normal([2, 2, 3, 4, 3]) },
    compute: ({ x }) => tf.avgPool3d(x, 2, 1, 2),
  },
  {
    kernel: "MaxPool",
    about: "int32",
    inputs: { x: ints(...Array.from({ length: 25 }, (_, i) => (i * 7919) % 2 ** 31 - 2 ** 30)) },
    compute: ({ x }) => tf.maxPool(tf.reshape<tf.Rank.R4>(x, [1, 5, 5, 1]), 2, 1, "same"),
  },
  {
    kernel: "MaxPool",
    about: "sizes rounded up",
    inputs: { x: normal([2, 6, 6, 3]) },
    compute: ({ x }) => tf.maxPool(x, 3, 2, 0, "ceil"),
  },
  ...([[2, 2], [3, 3], [5, 5], [3, 2], [3, 1]] as const).map(([size, stride]): KernelCase => ({
    kernel: "MaxPoolGrad",
    about: `many equal maxima, ${size} by ${stride}`,
    inputs: { x: rounded([2, 7, 6, 3]) },
    compute: ({ x }) =>
      gradients((x) => tf.maxPool(x as tf.Tensor4D, size, stride, "same"), [x])[0],
    tolerance: 1e-5,
  })),
  {
    kernel: "MaxPool3DGrad",
    about: "many equal maxima",
    inputs: { x: rounded([2, 5, 4, 6, 2]) },
    compute: ({ x }) => gradients((x) => tf.maxPool3d(x as tf.Tensor5D, 3, 2, "same"), [x])[0],
    tolerance: 1e-5,
  },
  {
    kernel: "MaxPoolWithArgmax",
    about: "NaN",
    inputs: { x: floats(1, 2, 3, 4, NaN, 6, 7, 8, 9) },
    compute: ({ x }) => {
      const images = tf.reshape<tf.Rank.R4>(x, [1, 3, 3, 1]);
      const { result, indexes } = tf.maxPoolWithArgmax(images, 2, 1, "valid");
      return [result, indexes];
    },
  },
  ...[false, true].map((includeBatch): KernelCase => ({
    kernel: "MaxPoolWithArgmax",
    about: includeBatch ? "counted through the batch" : "counted in each image",
    inputs: { x: normal([2, 7, 6, 3]) },
    compute: ({ x }) => {
      const { result, indexes } = tf.maxPoolWithArgmax(x, [3, 2], 2, "same", includeBatch);
      return [result, indexes];
    },
  })),
];
