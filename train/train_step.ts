import * as tf from "@tensorflow/tfjs-core";
import type { Losses, LossInputs, Model } from "./models/model.ts";
import { trainableVariables } from "./models/model.ts";
import type { Optimizer } from "./optimizers.ts";

/** What one step of training is given. */
export interface StepInputs extends LossInputs {
  readonly learningRate: tf.Scalar;
}

/**
 * Takes one step: forward, gradients, and the optimizer's move. The same code runs on every engine:
 * eagerly on a TensorFlow.js backend, or recorded once as ONNX.
 *
 * @returns The losses before the move; the caller disposes of them.
 */
export function trainStep(model: Model, optimizer: Optimizer, inputs: StepInputs): Losses {
  const { losses, gradients } = lossGradients(model, inputs);
  optimizer.applyGradients(gradients, inputs.learningRate);
  tf.dispose(gradients);
  return losses;
}

/**
 * The losses of a batch and the gradient of `loss` by the name of each trainable variable. The
 * caller disposes of both.
 */
export function lossGradients(
  model: Model,
  inputs: LossInputs,
): { losses: Losses; gradients: tf.NamedTensorMap } {
  let parts: Losses | undefined;
  const { value, grads } = tf.variableGrads(() => {
    parts = model.losses(inputs);
    // variableGrads frees all that its function makes, except what it returns and what is kept.
    tf.keep(parts.reconstructionLoss);
    tf.keep(parts.klLoss);
    return parts.loss;
  }, trainableVariables(model));
  const { reconstructionLoss, klLoss } = parts!;
  return { losses: { loss: value, reconstructionLoss, klLoss }, gradients: grads };
}
