import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import {
  assign,
  readState,
  recordFunction,
  type RecordFunctionOptions,
  stateOf,
  type StateVariable,
  withoutUnused,
} from "./record_function.ts";
import type { Recording } from "./mod.ts";
import { withPlaceholder } from "./recording/placeholder.ts";
import { recordKernel } from "./kernels/rules.ts";
import { recordedTensor, recordingBackend } from "./backend.ts";
import type { Recorded } from "./recording/recorded.ts";
import { inputTensors, withRecording } from "./record.ts";

/** A function that reads or assigns variables, as a graph. */
export interface RecordedStep {
  /** Outputs: what the function returned, and `new/NAME` for each variable that it assigns. */
  readonly recording: Recording;
  /** Every variable that it reads or assigns. */
  readonly variables: readonly StateVariable[];
  /** Those that it assigns. */
  readonly changed: readonly StateVariable[];
  /** The values of the variables before the function runs. */
  readonly values: Readonly<Record<string, NdArray>>;
}

/** Options for {@linkcode recordStep}. */
export interface RecordStepOptions extends Omit<RecordFunctionOptions, "state"> {
  /**
   * Optimizers whose learning rate becomes an input of the graph, by the name of that input: a
   * schedule changes it without recording anew.
   *
   * @default {{}}
   */
  learningRates?: Readonly<Record<string, tf.Optimizer>>;
}

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
  if (recorded.changed.length === 0) {
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
  { inputs, learningRates = {}, seed = 0 }: RecordStepOptions,
): Promise<RecordedStep> {
  const optimizers = Object.entries(learningRates);
  const run = (tensors: Record<string, tf.Tensor>) =>
    withLearningRates(optimizers, () => fn(tensors));

  const state = withRecording(() => stateOf(variablesUsedBy(() => run(inputTensors(inputs)))));
  // What a variable begins with may itself be recorded: reading it computes it.
  const values = await readState(state);

  const rates = optimizers.map(([name]) => [name, { shape: [] }]);
  const recording = recordFunction((tensors) => {
    const given = Object.keys(inputs).map((name) => [name, tensors[name]]);
    return run(Object.fromEntries(given));
  }, { state, inputs: { ...inputs, ...Object.fromEntries(rates) }, seed });
  const used = withoutUnused(recording, state);
  return {
    recording: used.recording,
    variables: used.state,
    changed: used.changed,
    values: Object.fromEntries(used.state.map(({ name }) => [name, values[name]])),
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

/** What optimizers have in common that TensorFlow.js does not declare. */
interface LearningRateHolder {
  learningRate: number;
  /** The optimizers that keep their rate as a tensor change it by this. */
  setLearningRate?(learningRate: number): void;
}

/** Runs a function in which the learning rate of each optimizer is an input. */
function withLearningRates<T>(optimizers: readonly [string, tf.Optimizer][], fn: () => T): T {
  if (optimizers.length === 0) return fn();
  const [[name, optimizer], ...rest] = optimizers;
  const holder = optimizer as unknown as LearningRateHolder;
  const { learningRate } = holder;
  if (typeof learningRate !== "number") {
    throw new TypeError(
      `Cannot record the learning rate "${name}": ${optimizer.getClassName()} has none`,
    );
  }
  const setLearningRate = (value: number) => {
    if (holder.setLearningRate === undefined) holder.learningRate = value;
    else holder.setLearningRate(value);
  };
  // A number that no other scalar of a training has; one for each optimizer.
  const mark = 0.0173205081 + 1e-4 * rest.length;
  const rate: Recorded = { source: { kind: "input", name }, shape: [], dtype: "float32" };
  const negative = recordKernel("Neg", { x: rate }, {}) as Recorded;
  try {
    // Inside, because an optimizer may keep its negative as a tensor from here on.
    return withPlaceholder(mark, rate, () =>
      withPlaceholder(-mark, negative, () => {
        setLearningRate(mark);
        return withLearningRates(rest, fn);
      }));
  } finally {
    setLearningRate(learningRate);
  }
}
