import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import type { Optimizer } from "./optimizers.ts";

/** A batch of each array of examples, `[batch, …]`, its noise and the scalars of the step, by name. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** Losses and metrics of a batch, each the mean over its examples. */
export type Losses = Readonly<Record<string, tf.Scalar>>;

/**
 * One training step in TensorFlow.js: it computes losses and assigns variables. Whatever variables
 * it assigns are trained. It must not read values, so that it can be recorded.
 */
export type Step = (batch: Batch) => Losses;

/**
 * Lowers `loss` by one update of the optimizer's variables. The other losses are only reported.
 *
 * @param rate The learning rate, a scalar: an entry of the batch, so that a schedule can change it.
 * @returns The losses before the update.
 * @throws {InputError} If the loss does not depend on one of the variables.
 */
export function minimize<L extends Losses & { readonly loss: tf.Scalar }>(
  optimizer: Optimizer,
  rate: tf.Tensor,
  losses: () => L,
): L {
  const { losses: found, gradients } = lossGradients(optimizer.variables, losses);
  const unused = optimizer.variables.find(({ name }) => !gradients[name]);
  if (unused !== undefined) {
    throw new InputError(
      `Cannot minimize the loss: it does not depend on variable "${unused.name}", ` +
        "use it in the loss or leave it out of the optimizer's variables",
    );
  }
  optimizer.applyGradients(gradients, rate as tf.Scalar);
  tf.dispose(gradients);
  return found;
}

/** Losses, and the gradient of `loss` by the name of each variable. The caller disposes of both. */
export function lossGradients<L extends Losses & { readonly loss: tf.Scalar }>(
  variables: readonly tf.Variable[],
  losses: () => L,
): { losses: L; gradients: tf.NamedTensorMap } {
  let kept: [string, tf.Scalar][] = [];
  const { value, grads } = tf.variableGrads(() => {
    const { loss, ...others } = losses();
    // variableGrads() disposes of everything but the loss, unless it is kept.
    kept = Object.entries(others).map(([name, value]) => [name, tf.keep(value)]);
    return loss;
  }, [...variables]);
  // Clones belong to the caller's scope again, which kept tensors do not.
  const others = kept.map(([name, value]) => {
    const clone = tf.clone(value);
    value.dispose();
    return [name, clone];
  });
  return { losses: { loss: value, ...Object.fromEntries(others) }, gradients: grads };
}
