import * as tfl from "@tensorflow/tfjs-layers";
import { cases, type LayerCase } from "./case.ts";

const { layers } = tfl;

/** Normalization, with its moving statistics where it has them. */
export const normalization: readonly LayerCase[] = [
  ...cases([6], [
    ["batchNormalization", () => layers.batchNormalization()],
    [
      "batchNormalization",
      () => layers.batchNormalization({ scale: false, center: false }),
      "without scale and center",
    ],
    ["layerNormalization", () => layers.layerNormalization()],
  ]),
  ...cases([4, 5, 3], [
    ["batchNormalization", () => layers.batchNormalization({ epsilon: 0.1 }), "of images"],
    ["layerNormalization", () => layers.layerNormalization(), "of images"],
    ["layerNormalization", () => layers.layerNormalization({ axis: [1, 2] }), "over two axes"],
  ]),
];
