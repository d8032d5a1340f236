import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

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

let owners = 0;
let others = new Set<tf.Variable>();

/**
 * Does some work, and disposes of every variable that was created meanwhile, also where it fails. Of
 * works at the same time the last one to end does so.
 */
export async function owningVariables<T>(work: () => Promise<T>): Promise<T> {
  const all = () => Object.values(tf.engine().registeredVariables);
  if (owners++ === 0) others = new Set(all());
  try {
    return await work();
  } finally {
    if (--owners === 0) tf.dispose(all().filter((variable) => !others.has(variable)));
  }
}
