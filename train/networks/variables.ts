import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The variables of networks that an optimizer changes. */
export function trainableVariables(...networks: readonly LayersModel[]): tf.Variable[] {
  // read() is typed as a Tensor; what it gives is the variable itself.
  return networks.flatMap(({ trainableWeights }) =>
    trainableWeights.map((weight) => weight.read() as tf.Variable)
  );
}

/** Every variable of networks, the moving statistics of batch normalization included. */
export function networkVariables(...networks: readonly LayersModel[]): tf.Variable[] {
  return networks.flatMap(({ weights }) => weights.map((weight) => weight.read() as tf.Variable));
}
