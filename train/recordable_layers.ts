import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { BACKEND_NAME } from "./trace/backend.ts";

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
