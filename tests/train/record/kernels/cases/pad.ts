import * as tf from "@tensorflow/tfjs-core";
import { bools, ints, type KernelCase, normal, unary } from "./case.ts";

/** Cases for kernels that frame a tensor, or trade space for batch or depth. */
export const PAD_CASES: readonly KernelCase[] = [
  unary("PadV2", (x) => tf.pad(x, [[1, 2], [0, 1]], 7), normal([2, 3])),
  { ...unary("PadV2", (x) => tf.pad(x, [[1, 2]], 7), ints(1, 2)), about: "int32" },
  { ...unary("PadV2", (x) => tf.pad(x, [[1, 0]], -Infinity), normal([2])), about: "an infinity" },
  { ...unary("PadV2", (x) => tf.pad(x, [[1, 2]]), bools(1, 1)), about: "bool" },
  unary("MirrorPad", (x) => tf.mirrorPad(x, [[1, 1], [2, 0]], "reflect"), normal([2, 3])),
  {
    ...unary("MirrorPad", (x) => tf.mirrorPad(x, [[1, 2], [0, 3]], "symmetric"), normal([2, 3])),
    about: "symmetric",
  },
  unary(
    "SpaceToBatchND",
    (x) => tf.spaceToBatchND(x, [2, 2], [[0, 1], [1, 0]]),
    normal([2, 3, 5, 2]),
  ),
  unary(
    "BatchToSpaceND",
    (x) => tf.batchToSpaceND(x, [2, 2], [[0, 1], [1, 0]]),
    normal([8, 2, 3, 2]),
  ),
  unary(
    "DepthToSpace",
    (x) => tf.depthToSpace(x as tf.Tensor4D, 2, "NHWC"),
    normal([2, 2, 3, 8]),
  ),
];
