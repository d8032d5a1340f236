import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { LayerCase } from "./case.ts";

const { layers } = tfl;

/** Layers that prepare inputs. */
export const preprocessing: readonly LayerCase[] = [
  ...(["multiHot", "count"] as const).map((outputMode): LayerCase => ({
    layer: "categoryEncoding",
    about: outputMode,
    inputs: [[4]],
    build: () => layers.categoryEncoding({ numTokens: 6, outputMode }),
    // Inside of a model the layer alters the shape of its input to that of its output.
    apply: (layer, [x]) => layer.apply(x) as tf.Tensor,
    choices: 6,
  })),
  {
    layer: "categoryEncoding",
    about: "oneHot",
    inputs: [[1]],
    build: () => layers.categoryEncoding({ numTokens: 6, outputMode: "oneHot" }),
    apply: (layer, [x]) => layer.apply(x) as tf.Tensor,
    choices: 6,
  },
  {
    layer: "categoryEncoding",
    about: "in a model",
    inputs: [[6]],
    build: () => layers.categoryEncoding({ numTokens: 6 }),
    choices: 6,
  },
  {
    layer: "rescaling",
    inputs: [[6]],
    build: () => layers.rescaling({ scale: 1 / 255, offset: -1 }),
  },
  {
    layer: "rescaling",
    about: "of bytes",
    inputs: [[6]],
    build: () => layers.rescaling({ scale: 1 / 255 }),
    apply: (layer, [x]) => layer.apply(tf.cast(x, "float32")) as tf.Tensor,
    choices: 256,
  },
];
