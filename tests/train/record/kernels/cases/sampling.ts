import * as tf from "@tensorflow/tfjs-core";
import { ints, type KernelCase, normal } from "./case.ts";

const BOXES = {
  shape: [3, 4],
  dtype: "float32" as const,
  values: [0, 0, 1, 1, 0.1, 0.8, 0.7, 0.2, -0.2, 0.3, 1.1, 0.9],
};
const TRANSFORMS = {
  shape: [1, 8],
  dtype: "float32" as const,
  values: [1.1, 0.2, -0.7, -0.1, 0.9, 0.4, 0.01, -0.02],
};

/** Cases for kernels that read images at places that tensors give. */
export const SAMPLING_CASES: readonly KernelCase[] = [
  ...(["bilinear", "nearest"] as const).flatMap((method): KernelCase[] => [
    {
      kernel: "CropAndResize",
      about: method,
      inputs: { x: normal([2, 5, 7, 3]), boxes: BOXES, boxInd: ints(0, 1, 0) },
      compute: ({ x, boxes, boxInd }) =>
        tf.image.cropAndResize(x, boxes, boxInd, [4, 3], method, 9),
      tolerance: 1e-5,
    },
    ...(["constant", "nearest", "reflect", "wrap"] as const).map((mode): KernelCase => ({
      kernel: "Transform",
      about: `${method}, ${mode}`,
      // One image: TensorFlow.js's `cpu` backend samplings no more than the first.
      inputs: { x: normal([1, 5, 7, 3]), transforms: TRANSFORMS },
      compute: ({ x, transforms }) =>
        tf.image.transform(x as tf.Tensor4D, transforms as tf.Tensor2D, method, mode, 9, [6, 4]),
      tolerance: 1e-5,
    })),
  ]),
  {
    kernel: "CropAndResize",
    about: "to one pixel",
    inputs: { x: normal([2, 5, 7, 3]), boxes: BOXES, boxInd: ints(0, 1, 2) },
    compute: ({ x, boxes, boxInd }) => tf.image.cropAndResize(x, boxes, boxInd, [1, 1]),
    tolerance: 1e-5,
  },
];
