import * as tf from "@tensorflow/tfjs-core";
import { type KernelCase, normal } from "./case.ts";

/** Cases for turning images. */
export const ROTATION_CASES: readonly KernelCase[] = [
  ...[0, 0.7, -2, Math.PI / 2].map((radians): KernelCase => ({
    kernel: "RotateWithOffset",
    about: `by ${radians}`,
    inputs: { image: normal([2, 6, 5, 4]) },
    compute: ({ image }) => tf.image.rotateWithOffset(image, radians, [1, 2, 3], [0.3, 0.6]),
  })),
  {
    kernel: "RotateWithOffset",
    about: "one colour",
    inputs: { image: normal([2, 6, 5, 1]) },
    compute: ({ image }) => tf.image.rotateWithOffset(image, 1, 0.5),
  },
];
