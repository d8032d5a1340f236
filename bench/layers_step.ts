import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import type { Feed } from "../train/core/feed.ts";
import type { LossFunction } from "../train/core/layers_loss.ts";
import { layersStep } from "../train/core/loop/fit_model.ts";
import type { Step } from "../train/core/step.ts";
import { COUNT } from "./step_bench.ts";

/** Images of noise, `[COUNT, 28, 28, 1]`: no step is quicker for what is on them. */
export function noiseImages(): NdArray<"float32"> {
  const random = new Random(0, "bench images");
  const pixels = Float32Array.from({ length: COUNT * 784 }, () => random.uniform());
  return ndarray("float32", [COUNT, 28, 28, 1], pixels);
}

/**
 * Adam's step of a model of layers.
 *
 * @param y What the outputs are compared with, a row an image; the images themselves by default.
 */
export function layersTraining(
  model: LayersModel,
  loss: LossFunction,
  y?: NdArray<"float32">,
): { step: Step; feed: Feed } {
  const optimizer = tf.train.adam(1e-3);
  return {
    step: (batch) => layersStep(model, { x: batch.x, y: batch.y ?? batch.x, optimizer, loss }),
    feed: { examples: { x: noiseImages(), ...y && { y } } },
  };
}
