import * as tfl from "@tensorflow/tfjs-layers";
import type { LayerCase } from "./case.ts";

const { layers } = tfl;

/** Layers of several inputs. */
export const merge: readonly LayerCase[] = [
  { layer: "add", inputs: [[3, 4], [3, 4], [3, 4]], build: () => layers.add() },
  { layer: "average", inputs: [[3, 4], [3, 4]], build: () => layers.average() },
  { layer: "maximum", inputs: [[3, 4], [3, 4]], build: () => layers.maximum() },
  { layer: "minimum", inputs: [[3, 4], [3, 4]], build: () => layers.minimum() },
  { layer: "multiply", inputs: [[3, 4], [3, 4]], build: () => layers.multiply() },
  {
    layer: "multiply",
    about: "broadcast",
    inputs: [[3, 4], [1, 4]],
    build: () => layers.multiply(),
  },
  { layer: "concatenate", inputs: [[3, 4], [3, 2]], build: () => layers.concatenate() },
  {
    layer: "concatenate",
    about: "along the first axis",
    inputs: [[3, 4], [2, 4]],
    build: () => layers.concatenate({ axis: 1 }),
  },
  { layer: "dot", inputs: [[4], [4]], build: () => layers.dot({ axes: 1 }) },
  {
    layer: "dot",
    about: "of matrices",
    inputs: [[3, 4], [5, 4]],
    build: () => layers.dot({ axes: 2 }),
  },
  {
    layer: "dot",
    about: "normalized",
    inputs: [[4], [4]],
    build: () => layers.dot({ axes: -1, normalize: true }),
  },
];
