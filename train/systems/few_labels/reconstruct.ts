import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { adam } from "../../core/optimizers.ts";
import { minimize, type Step } from "../../core/step.ts";
import { trainableVariables } from "../../core/variables.ts";

/** The step that trains a decoder from features `z` to `images`; the encoder stays as it is. */
export function reconstructionStep(decoder: LayersModel): Step {
  const optimizer = adam(trainableVariables({ decoder }));
  return ({ z, images, learningRate }) =>
    minimize(optimizer, learningRate, () => {
      const reconstructed = decoder.apply(z) as tf.Tensor;
      return { loss: tf.mean(tf.squaredDifference(reconstructed, images)) as tf.Scalar };
    });
}
