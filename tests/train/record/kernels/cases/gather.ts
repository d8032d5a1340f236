import * as tf from "@tensorflow/tfjs-core";
import { bools, floats, ints, type KernelCase, normal, unary } from "./case.ts";

function intMatrix(shape: number[], ...values: number[]) {
  return { shape, dtype: "int32" as const, values };
}

/** Cases for kernels that pick elements by index, put them there, or look for them. */
export const GATHER_CASES: readonly KernelCase[] = [
  {
    kernel: "GatherV2",
    inputs: { x: normal([3, 2]), indices: ints(2, 0, 2, 1) },
    compute: ({ x, indices }) => tf.gather(x, indices),
  },
  {
    kernel: "GatherV2",
    about: "a matrix of indices along axis 1",
    inputs: { x: normal([2, 3, 4]), indices: intMatrix([2, 2], 2, 0, 1, 1) },
    compute: ({ x, indices }) => tf.gather(x, indices, 1),
  },
  {
    kernel: "GatherV2",
    about: "batched",
    inputs: { x: normal([2, 3, 4]), indices: intMatrix([2, 2], 3, 0, 1, 1) },
    compute: ({ x, indices }) => tf.gather(x, indices, 2, 1),
  },
  {
    kernel: "GatherNd",
    inputs: { x: normal([3, 2, 4]), indices: intMatrix([2, 2], 2, 0, 1, 1) },
    compute: ({ x, indices }) => tf.gatherND(x, indices),
  },
  {
    kernel: "ScatterNd",
    about: "an index twice",
    inputs: { indices: intMatrix([3, 1], 1, 3, 1), updates: normal([3, 2]) },
    compute: ({ indices, updates }) => tf.scatterND(indices, updates, [5, 2]),
  },
  {
    kernel: "TensorScatterUpdate",
    inputs: { x: normal([4, 2]), indices: intMatrix([2, 1], 3, 1), updates: normal([2, 2]) },
    compute: ({ x, indices, updates }) => tf.tensorScatterUpdate(x, indices, updates),
  },
  {
    kernel: "SparseToDense",
    inputs: { indices: intMatrix([2, 2], 0, 1, 2, 0), values: floats(5, 6) },
    compute: ({ indices, values }) => tf.sparseToDense(indices, values, [3, 2], 0.5),
  },
  {
    kernel: "SparseToDense",
    about: "one value for all",
    inputs: { indices: ints(0, 3) },
    compute: ({ indices }) => tf.sparseToDense(indices, tf.scalar(7), [5]),
  },
  {
    kernel: "UnsortedSegmentSum",
    about: "ids outside",
    inputs: { x: normal([5, 2]), ids: ints(1, 0, 1, -1, 3) },
    compute: ({ x, ids }) => tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 3),
  },
  {
    kernel: "UnsortedSegmentSum",
    about: "the gradient of gather",
    inputs: { x: normal([3, 2]), indices: ints(2, 0, 2) },
    compute: ({ x, indices }) => tf.grad((x) => tf.sum(tf.square(tf.gather(x, indices))))(x),
  },
  {
    kernel: "TopK",
    inputs: { x: normal([2, 6]) },
    compute: ({ x }) => {
      const { values, indices } = tf.topk(x, 3);
      return [values, indices];
    },
  },
  {
    kernel: "SearchSorted",
    inputs: { sequence: floats(0, 3, 9, 9, 10), values: floats(0, 4, 9, 11) },
    compute: ({ sequence, values }) => [
      tf.lowerBound(sequence, values),
      tf.upperBound(sequence, values),
    ],
  },
  unary("Bincount", (x) => tf.bincount(x as tf.Tensor1D, tf.tensor1d([]), 3), ints(0, 2, 2, 5)),
  {
    kernel: "Bincount",
    about: "weighted",
    inputs: { x: ints(0, 2, 2), weights: floats(0.5, 1, 2) },
    compute: ({ x, weights }) => tf.bincount(x, weights, 4),
  },
  {
    kernel: "DenseBincount",
    inputs: { x: intMatrix([2, 3], 0, 2, 2, 1, 1, 1), weights: normal([2, 3]) },
    compute: ({ x, weights }) => tf.denseBincount(x, weights, 3),
  },
  {
    kernel: "DenseBincount",
    about: "binary",
    inputs: { x: intMatrix([2, 3], 0, 2, 2, 1, 1, 1) },
    compute: ({ x }) => tf.denseBincount(x, tf.tensor2d([], [0, 0]), 3, true),
  },
  {
    kernel: "GatherV2",
    about: "bool",
    inputs: { x: bools(1, 0, 1), indices: ints(1, 2) },
    compute: ({ x, indices }) => tf.gather(x, indices),
  },
];
