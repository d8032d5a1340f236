import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import {
  assign,
  recordFunction,
  type RecordFunctionOptions,
  stateOf,
  withoutUnused,
} from "./record_function.ts";
import type { Recording } from "./mod.ts";
import { recordedTensor, recordingBackend } from "./register.ts";
import type { Recorded } from "./recording/recorded.ts";
import { inputTensors, withRecording } from "./record.ts";
import { readVariables, type Variables } from "./variables.ts";

/** A function that reads or assigns variables, as a graph. */
export interface RecordedStep {
  /** Outputs: what the function returned, and `new/NAME` for each variable that it assigns. */
  readonly recording: Recording;
  /** Every variable that it reads or assigns, by the name of its input. */
  readonly variables: Variables;
  /** Those that it assigns. */
  readonly changed: Variables;
  /** The values of the variables before the function runs. */
  readonly values: Readonly<Record<string, NdArray>>;
}

/** Options for {@linkcode recordStep}. */
export type RecordStepOptions = Omit<RecordFunctionOptions, "state">;

/**
 * Records a step of any training: whatever variables it assigns are its state, the moments of
 * optimizers and the statistics of batch normalization included.
 *
 * @throws {Error} If the step reads values, or assigns no variable.
 * @throws {InputError} If it draws numbers on the host, as `tf.randomNormal` does.
 */
export async function recordStep(
  step: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  options: RecordStepOptions,
): Promise<RecordedStep> {
  const recorded = await recordWithState(step, options);
  if (Object.keys(recorded.changed).length === 0) {
    throw new Error("Cannot record step: it changes no variable, so nothing would be trained");
  }
  return recorded;
}

/**
 * Records a function with the variables that it reads or assigns; no other variable is looked at.
 *
 * It is recorded twice. The first time finds the variables, those included that it creates when it
 * first runs, as the optimizers of TensorFlow.js do; then every variable gets its value back. The
 * second time all are inputs.
 */
export async function recordWithState(
  fn: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  options: RecordStepOptions,
): Promise<RecordedStep> {
  const state = withRecording(() =>
    stateOf(variablesUsedBy(() => fn(inputTensors(options.inputs))))
  );
  // What a variable begins with may itself be recorded: reading it computes it.
  const values = await readVariables(state);
  const recording = recordFunction(fn, { ...options, state });
  const used = withoutUnused(recording, state);
  return {
    ...used,
    values: Object.fromEntries(Object.keys(used.variables).map((name) => [name, values[name]])),
  };
}

/**
 * Runs a function while recording and gives the variables that it reads, assigns or creates, in the
 * order of their registration. They keep their values; those that it creates have their first.
 */
export function variablesUsedBy(fn: () => void): tf.Variable[] {
  const engine = tf.engine();
  const { makeVariable } = engine;
  const { assign: assignVariable } = tf.Variable.prototype;
  const before = Object.values(engine.registeredVariables).map((variable) => ({
    variable,
    dataId: variable.dataId,
  }));
  /** Those that are created or assigned, with their first values. */
  const changed = new Map<tf.Variable, Recorded>();
  engine.makeVariable = function (...args) {
    const variable = makeVariable.apply(engine, args);
    changed.set(variable, recordedTensor(variable));
    return variable;
  };
  tf.Variable.prototype.assign = function (value) {
    if (!changed.has(this)) changed.set(this, recordedTensor(this));
    assignVariable.call(this, value);
  };
  let read: ReadonlySet<tf.DataId>;
  try {
    read = recordingBackend.readsOf(fn);
  } finally {
    engine.makeVariable = makeVariable;
    tf.Variable.prototype.assign = assignVariable;
    for (const [variable, recorded] of changed) assign(variable, recorded);
  }
  const isNew = new Set(changed.keys());
  const found = before.filter(({ variable, dataId }) => {
    isNew.delete(variable);
    return changed.has(variable) || read.has(dataId);
  }).map(({ variable }) => variable);
  return [...found, ...isNew];
}
