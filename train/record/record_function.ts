import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { recordedTensor } from "./register.ts";
import type { InputSpec, Recording } from "./mod.ts";
import type { Recorded } from "./recording/recorded.ts";
import { originOf, recordedKernels, VARIABLE_PREFIX } from "./recording/recording.ts";
import { withDraws } from "./random/stock_random.ts";
import { inputTensors, recordedTensors, tensorOf, withRecording } from "./record.ts";

/** A variable as a recorded function sees it: a named input, and an output if it is changed. */
export interface StateVariable {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** Gives every variable the name of its input in recorded graphs. */
export function stateOf(variables: readonly tf.Variable[]): StateVariable[] {
  return variables.map((variable, i) => ({
    name: `${VARIABLE_PREFIX}${i}/${variable.name}`,
    variable,
  }));
}

/** The values of the state, for the first run. */
export async function readState(
  state: readonly StateVariable[],
): Promise<Record<string, NdArray>> {
  const entries = state.map(async ({ name, variable }): Promise<[string, NdArray]> => {
    const data = await variable.data() as Float32Array;
    return [name, ndarray(variable.dtype as DType, variable.shape, data)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Gives the variables of the state their values. */
export function writeState(
  state: readonly StateVariable[],
  values: Readonly<Record<string, NdArray>>,
): void {
  for (const { name, variable } of state) {
    const { data } = values[name];
    const value = tf.tensor(data as Float32Array, variable.shape, variable.dtype);
    variable.assign(value);
    value.dispose();
  }
}

/** Options for {@linkcode recordFunction}. */
export interface RecordFunctionOptions {
  /** The variables that it reads or changes. */
  state: readonly StateVariable[];
  /** Its inputs, by name. */
  inputs: Readonly<Record<string, InputSpec>>;
  /** Of what `tf.dropout` and the like draw where the graph runs. @default {0} */
  seed?: number;
}

/**
 * Records a function of a batch with the variables it reads as inputs, and their values after it as
 * outputs under the same names with `new/` before them. The variables keep their values.
 */
export function recordFunction(
  fn: (inputs: Record<string, tf.Tensor>) => Readonly<Record<string, tf.Tensor>>,
  { state, inputs, seed = 0 }: RecordFunctionOptions,
): Recording {
  return withRecording(() => {
    const before = state.map(({ variable }) => recordedTensor(variable));
    const given = inputTensors(inputs);
    for (const { name, variable } of state) {
      assign(variable, { ...recordedTensor(variable), source: { kind: "input", name } });
    }
    // Before the function runs: it may dispose its inputs.
    const recordedInputs = { ...recordedTensors(given), ...recordedTensors(named(state, "")) };
    try {
      const outputs = recordedTensors(withDraws(seed, () => fn(given)));
      return {
        inputs: recordedInputs,
        outputs: { ...outputs, ...recordedTensors(named(state, "new/")) },
      };
    } finally {
      state.forEach(({ variable }, i) => assign(variable, before[i]));
    }
  });
}

/**
 * Leaves out what a recorded function does not change, and the variables it does not even read.
 *
 * @returns With the `variables` that it reads or changes, and those that it changes.
 */
export function withoutUnused({ inputs, outputs }: Recording, state: readonly StateVariable[]) {
  const changed = state.filter(({ name }) => {
    const { source } = outputs[`new/${name}`];
    return source.kind !== "input" || source.name !== name;
  });
  const variables = new Set(state.map(({ name }) => name));
  const isUnchanged = new Set(
    state.filter((each) => !changed.includes(each)).map(({ name }) => `new/${name}`),
  );
  const kept = Object.entries(outputs).filter(([name]) => !isUnchanged.has(name));
  const used = new Set(changed.map(({ name }) => name));
  const kernels = recordedKernels({ inputs, outputs: Object.fromEntries(kept) });
  const read = kernels.flatMap((node) => Object.values(node.inputs));
  for (const origin of [...kept.map(([, output]) => output), ...read].map(originOf)) {
    if (origin.kind === "input") used.add(origin.name);
  }
  const given = Object.entries(inputs).filter(([name]) => !variables.has(name) || used.has(name));
  return {
    recording: { inputs: Object.fromEntries(given), outputs: Object.fromEntries(kept) },
    variables: state.filter(({ name }) => used.has(name)),
    changed,
  };
}

/** Gives a variable a recorded value. */
export function assign(variable: tf.Variable, recorded: Recorded): void {
  variable.assign(tensorOf(recorded));
}

function named(state: readonly StateVariable[], prefix: string): Record<string, tf.Variable> {
  return Object.fromEntries(state.map(({ name, variable }) => [`${prefix}${name}`, variable]));
}
