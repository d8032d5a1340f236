import * as tf from "@tensorflow/tfjs-core";
import { floats, type KernelCase, uniform } from "./case.ts";

/** A case whose kernel reads values that are known while recording. */
function known(kernel: string, make: () => tf.Tensor[], about?: string): KernelCase {
  return {
    kernel,
    ...(about === undefined ? {} : { about }),
    inputs: { x: floats(0) },
    compute: ({ x }) => make().map((result) => tf.add(result, x)),
  };
}

const boxes = () =>
  tf.tensor2d([[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, -0.1, 1, 0.9], [0, 10, 1, 11]]);
const scores = () => tf.tensor1d([0.9, 0.75, 0.6, 0.95]);

/** Cases for kernels whose result has a shape that depends on values. */
export const VALUE_SHAPED_CASES: readonly KernelCase[] = [
  known("BroadcastArgs", () => [
    tf.broadcastArgs(tf.tensor1d([2, 1], "int32"), tf.tensor1d([3], "int32")),
  ]),
  known("Unique", () => {
    const { values, indices } = tf.unique(tf.tensor1d([1, 1, 2, 4, 2]));
    return [values, indices];
  }),
  known("Unique", () => {
    const { values, indices } = tf.unique(tf.tensor2d([[1, 0, 1], [2, 0, 2]]), 1);
    return [values, indices];
  }, "columns"),
  known("NonMaxSuppressionV3", () => [tf.image.nonMaxSuppression(boxes(), scores(), 3, 0.5, 0)]),
  known("NonMaxSuppressionV4", () => {
    const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
      boxes(),
      scores(),
      3,
      0.5,
      0,
      true,
    );
    return [selectedIndices, validOutputs] as tf.Tensor[];
  }),
  {
    kernel: "NonMaxSuppressionV4",
    about: "of inputs, padded",
    inputs: {
      boxes: uniform([40, 4], 0, 1),
      scores: uniform([40], 0, 1),
    },
    compute: ({ boxes, scores }) => {
      const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
        boxes as tf.Tensor2D,
        scores as tf.Tensor1D,
        30,
        0.3,
        0.2,
        true,
      );
      return [selectedIndices, validOutputs] as tf.Tensor[];
    },
  },
  known("NonMaxSuppressionV5", () => {
    const { selectedIndices, selectedScores } = tf.image.nonMaxSuppressionWithScore(
      boxes(),
      scores(),
      3,
      0.5,
      0,
      0.5,
    );
    return [selectedIndices, selectedScores] as tf.Tensor[];
  }),
];
