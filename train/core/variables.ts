import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The variables of a training, by names that are the same in every process. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** Networks by name. */
export type Networks = Readonly<Record<string, LayersModel>>;

/** The variables of networks that training changes. */
export function trainableVariables(networks: Networks): tf.Variable[] {
  // read() is typed as a Tensor; what it gives is the variable itself.
  return Object.values(networks).flatMap((network) =>
    network.trainableWeights.map((weight) => weight.read() as tf.Variable)
  );
}

/**
 * Every weight of networks, by the name that its layer gave it. A layer that was given no name has
 * one that TensorFlow.js numbers on through the life of the process: it is numbered anew here,
 * within its network, such as `dense_1/kernel`, or `encoder_dense_1/kernel` of several networks.
 */
export function namedVariables(networks: Networks): Record<string, tf.Variable> {
  const named: Record<string, tf.Variable> = {};
  const isOne = Object.keys(networks).length === 1;
  for (const [network, model] of Object.entries(networks)) {
    const numbers = new Map<string, string>();
    const counts = new Map<string, number>();
    for (const weight of model.weights) {
      const name = weight.originalName.replace(NUMBERED, (layer, kind) => {
        if (numbers.has(layer)) return numbers.get(layer)!;
        const count = (counts.get(kind) ?? 0) + 1;
        counts.set(kind, count);
        numbers.set(layer, isOne ? `${kind}_${count}` : `${network}_${kind}_${count}`);
        return numbers.get(layer)!;
      });
      let unique = name;
      for (let i = 1; unique in named; i++) unique = `${name}_${i}`;
      named[unique] = weight.read() as tf.Variable;
    }
  }
  return named;
}

/** What TensorFlow.js calls a layer without a name, such as `dense_Dense7` or `p_re_lu_PReLU1`. */
const NUMBERED = /^([a-z0-9_]+)_[A-Z][A-Za-z0-9]*?\d+(?=\/)/;

/** Remembers the values of variables, to give them back as often as wanted. */
export function rememberValues(
  variables: readonly tf.Variable[],
): { restore(): void; dispose(): void } {
  const values = variables.map((variable) => tf.clone(variable));
  return {
    restore: () => variables.forEach((variable, i) => variable.assign(values[i])),
    dispose: () => tf.dispose(values),
  };
}
