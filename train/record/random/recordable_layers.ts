import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { BACKEND_NAME } from "../recording/recorded.ts";
import { type Distribution, UNIT } from "./draws.ts";
import { withDistribution } from "./stock_random.ts";

/** What a category encoding does not declare. */
interface CategoryEncoding {
  readonly outputMode: string;
  readonly numTokens: number;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor;
}

// A category encoding first reads the least and the greatest of its inputs to check them. There is
// nothing to read while recording: what it then counts is recorded without the check.
const encoding = Object.getPrototypeOf(tfl.layers.categoryEncoding({ numTokens: 1 }));
const checkedCall: CategoryEncoding["call"] = encoding.call;
encoding.call = function (this: CategoryEncoding, ...args: Parameters<CategoryEncoding["call"]>) {
  if (tf.getBackend() !== BACKEND_NAME) return checkedCall.apply(this, args);
  const [inputs, { countWeights }] = args;
  const { outputMode, numTokens } = this;
  const [x] = [inputs].flat();
  const isColumn = outputMode !== "oneHot" || x.shape.at(-1) === 1;
  return tf.denseBincount(
    tf.cast(isColumn ? x : tf.expandDims(x, -1), "int32") as tf.Tensor2D,
    (countWeights ?? []) as tf.Tensor2D,
    numTokens,
    outputMode !== "count",
  );
};

/** What layers that draw do not declare. */
interface DrawingLayer {
  readonly rate: number;
  readonly stddev: number;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor;
}

/** What the layers draw from, other than by `tf.dropout`. */
const DRAWING_LAYERS: readonly [tfl.layers.Layer, (layer: DrawingLayer) => Distribution][] = [
  [
    tfl.layers.gaussianNoise({ stddev: 1 }),
    ({ stddev }) => ({ kind: "randomNormal", mean: 0, stddev }),
  ],
  [
    tfl.layers.gaussianDropout({ rate: 0.5 }),
    ({ rate }) => ({ kind: "randomNormal", mean: 1, stddev: Math.sqrt(rate / (1 - rate)) }),
  ],
  [tfl.layers.alphaDropout({ rate: 0.5 }), () => UNIT],
];

for (const [layer, distributionOf] of DRAWING_LAYERS) {
  const drawing: DrawingLayer = Object.getPrototypeOf(layer);
  const { call } = drawing;
  drawing.call = function (this: DrawingLayer, ...args: Parameters<DrawingLayer["call"]>) {
    return withDistribution(distributionOf(this), () => call.apply(this, args));
  };
}
