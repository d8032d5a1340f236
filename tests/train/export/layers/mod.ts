import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { LayerCase } from "./case.ts";
import { convolution } from "./convolution.ts";
import { core } from "./core.ts";
import { merge } from "./merge.ts";
import { normalization } from "./normalization.ts";
import { pooling } from "./pooling.ts";
import { preprocessing } from "./preprocessing.ts";
import { recurrent } from "./recurrent.ts";

const { layers } = tfl;

/** Every stock layer that can be exported. */
export const LAYER_CASES: readonly LayerCase[] = [
  ...core,
  ...merge,
  ...convolution,
  ...pooling,
  ...normalization,
  ...recurrent,
  ...preprocessing,
];

/** A layer that cannot be exported. */
export interface Excluded extends LayerCase {
  readonly reason: string;
  /** What the export says. */
  readonly message: string;
}

/** Every other. */
export const EXCLUDED: readonly Excluded[] = [
  {
    layer: "randomWidth",
    reason: "the width of what it gives is another whenever it is called, in inference too",
    inputs: [[6, 8, 3]],
    build: () => layers.randomWidth({ factor: 0.5, seed: 1 }),
    apply: (layer, [x]) => layer.apply(x) as tf.Tensor,
    message: "Cannot record tf.randomUniform: ",
  },
];
