import type * as tf from "@tensorflow/tfjs-core";
import { recordedTensor } from "./register.ts";
import type { InputSpec, Recording } from "./mod.ts";
import type { Recorded } from "./recording/recorded.ts";
import { originOf, recordedKernels, VARIABLE_PREFIX } from "./recording/recording.ts";
import { withDraws } from "./random/stock_random.ts";
import { inputTensors, recordedTensors, tensorOf, withRecording } from "./record.ts";
import type { Variables } from "./variables.ts";

/** Variables by the names that they have as inputs of recorded functions. */
export function stateOf(variables: readonly tf.Variable[]): Variables {
  return Object.fromEntries(
    variables.map((variable, i) => [`${VARIABLE_PREFIX}${i}/${variable.name}`, variable]),
  );
}

/** Options for {@linkcode recordFunction}. */
export interface RecordFunctionOptions {
  /** The variables that it reads or changes, by the names of their inputs. */
  state: Variables;
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
    const entries = Object.entries(state);
    const before = entries.map(([, variable]) => recordedTensor(variable));
    const given = inputTensors(inputs);
    for (const [name, variable] of entries) {
      assign(variable, { ...recordedTensor(variable), source: { kind: "input", name } });
    }
    // Before the function runs: it may dispose its inputs.
    const recordedInputs = { ...recordedTensors(given), ...recordedTensors(state) };
    try {
      const outputs = recordedTensors(withDraws(seed, () => fn(given)));
      return {
        inputs: recordedInputs,
        outputs: {
          ...outputs,
          ...recordedTensors(
            Object.fromEntries(entries.map(([name, variable]) => [`new/${name}`, variable])),
          ),
        },
      };
    } finally {
      entries.forEach(([, variable], i) => assign(variable, before[i]));
    }
  });
}

/**
 * Leaves out what a recorded function does not change, and the variables it does not even read.
 *
 * @returns With the `variables` that it reads or changes, and those that it changes.
 */
export function withoutUnused({ inputs, outputs }: Recording, state: Variables) {
  const used = new Set(
    Object.keys(state).filter((name) => {
      const { source } = outputs[`new/${name}`];
      return source.kind !== "input" || source.name !== name;
    }),
  );
  const changed = pick(state, used);
  const isUnchanged = new Set(
    Object.keys(state).filter((name) => !used.has(name)).map((name) => `new/${name}`),
  );
  const kept = Object.entries(outputs).filter(([name]) => !isUnchanged.has(name));
  const kernels = recordedKernels({ inputs, outputs: Object.fromEntries(kept) });
  const read = kernels.flatMap((node) => Object.values(node.inputs));
  for (const origin of [...kept.map(([, output]) => output), ...read].map(originOf)) {
    if (origin.kind === "input") used.add(origin.name);
  }
  const given = Object.entries(inputs).filter(([name]) => !(name in state) || used.has(name));
  return {
    recording: { inputs: Object.fromEntries(given), outputs: Object.fromEntries(kept) },
    variables: pick(state, used),
    changed,
  };
}

/** Gives a variable a recorded value. */
export function assign(variable: tf.Variable, recorded: Recorded): void {
  variable.assign(tensorOf(recorded));
}

function pick(state: Variables, names: ReadonlySet<string>): Variables {
  return Object.fromEntries(Object.entries(state).filter(([name]) => names.has(name)));
}
