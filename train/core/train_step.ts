import * as tf from "@tensorflow/tfjs-core";
import { type Model, trainableVariables } from "../models/mod.ts";
import type { Losses, Objective, StepInputs } from "../objectives/objective.ts";
import type { Optimizer } from "./optimizers.ts";

/** What takes a step together. */
export interface Trainee {
  readonly model: Model;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
}

/**
 * Takes one step: forward, gradients, and the optimizer's move. The same code runs on every engine:
 * eagerly on a TensorFlow.js backend, or recorded once as ONNX.
 *
 * @param inputs What the objective asks for, and the scalar `learningRate`.
 * @returns The losses before the move; the caller disposes of them.
 */
export function trainStep({ model, objective, optimizer }: Trainee, inputs: StepInputs): Losses {
  const { losses, gradients } = lossGradients(model, objective, inputs);
  optimizer.applyGradients(gradients, inputs.learningRate as tf.Scalar);
  tf.dispose(gradients);
  return losses;
}

/**
 * The losses of a batch and the gradient of `loss` by the name of each trainable variable. The
 * caller disposes of both.
 */
export function lossGradients(
  model: Model,
  objective: Objective,
  inputs: StepInputs,
): { losses: Losses; gradients: tf.NamedTensorMap } {
  let parts: Losses | undefined;
  const { value, grads } = tf.variableGrads(() => {
    parts = objective.losses(inputs);
    // variableGrads frees all that its function makes, except what it returns and what is kept.
    for (const [name, loss] of Object.entries(parts)) if (name !== "loss") tf.keep(loss);
    return parts.loss;
  }, trainableVariables(model));
  return { losses: { ...parts!, loss: value }, gradients: grads };
}
