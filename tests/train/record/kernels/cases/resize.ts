import * as tf from "@tensorflow/tfjs-core";
import { ints, type KernelCase, normal } from "./case.ts";
import { gradients } from "./convolution.ts";

type Size = [number, number];

/** Larger and smaller, whole multiples and fractions, and a single place. */
const SIZES: readonly Size[] = [[28, 12], [2, 3], [17, 5], [1, 1], [14, 9], [47, 49]];

const MODES = [
  { about: "plain", alignCorners: false, halfPixelCenters: false },
  { about: "corners", alignCorners: true, halfPixelCenters: false },
  { about: "half pixels", alignCorners: false, halfPixelCenters: true },
];

const RESIZES = {
  ResizeBilinear: tf.image.resizeBilinear,
  ResizeNearestNeighbor: tf.image.resizeNearestNeighbor,
};

/** Cases for resizing images. */
export const RESIZE_CASES: readonly KernelCase[] = [
  ...Object.entries(RESIZES).map(([kernel, resize]): KernelCase => ({
    kernel,
    about: "int32",
    inputs: { x: ints(1, 2, 3, 5, 8, 13) },
    compute: ({ x }) => resize(tf.reshape<tf.Rank.R4>(x, [1, 3, 2, 1]), [6, 4]),
  })),
  ...SIZES.flatMap((size) =>
    MODES.flatMap(({ about, alignCorners, halfPixelCenters }) =>
      Object.entries(RESIZES).flatMap(([kernel, resize]): KernelCase[] => {
        const compute = (x: tf.Tensor) =>
          resize(x as tf.Tensor4D, size, alignCorners, halfPixelCenters);
        return [
          {
            kernel,
            about: `14,6 to ${size}, ${about}`,
            inputs: { x: normal([2, 14, 6, 3]) },
            compute: ({ x }) => compute(x),
            tolerance: 1e-5,
          },
          {
            kernel: `${kernel}Grad`,
            about: `7,7 to ${size}, ${about}`,
            // TensorFlow.js's cpu backend mixes up images of one batch, and height with width.
            inputs: { x: normal([1, 7, 7, 3]) },
            compute: ({ x }) => gradients(compute, [x])[0],
            tolerance: 1e-5,
          },
        ];
      })
    )
  ),
];
