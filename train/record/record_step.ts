import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import {
  assign,
  readState,
  recordFunction,
  type RecordFunctionOptions,
  sourceOf,
  stateOf,
  type StateVariable,
  withoutUnused,
} from "./record_function.ts";
import type { Recording } from "./mod.ts";
import { withPlaceholder } from "./placeholder.ts";
import { op, type Source } from "./recorder.ts";
import { inputTensors, withRecording } from "./trace.ts";

/** A step of any training as a graph. */
export interface RecordedStep {
  /** Outputs: what the step returned, and `new/NAME` for each variable that it changes. */
  readonly recording: Recording;
  /** Every variable that it reads or changes. */
  readonly variables: readonly StateVariable[];
  /** The values of those variables before the step. */
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
 * Records a step of any training: whatever `tf.Variable`s it changes are its state, the moments of
 * optimizers and the statistics of batch normalization included.
 *
 * It is recorded twice. The first time finds the variables that a step makes when it first runs, as
 * optimizers do; then every variable goes back to what it was. The second time all are inputs.
 *
 * @throws {Error} If the step reads values, or changes no variable.
 * @throws {InputError} If it draws numbers on the host, as `tf.randomNormal` does.
 */
export async function recordStep(
  step: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  { inputs, learningRates = {}, seed = 0 }: RecordStepOptions,
): Promise<RecordedStep> {
  const optimizers = Object.entries(learningRates);
  const run = (tensors: Record<string, tf.Tensor>) =>
    withLearningRates(optimizers, () => step(tensors));

  const state = withRecording(() => {
    const initial = new Map(registeredVariables().map((each) => [each, sourceOf(each)]));
    try {
      const made = collectVariables(() => run(inputTensors(inputs)));
      for (const [variable, source] of made) initial.set(variable, source);
    } finally {
      for (const [variable, source] of initial) assign(variable, source);
    }
    return stateOf([...initial.keys()]);
  });
  // What a variable begins with may itself be recorded: reading it computes it.
  const values = await readState(state);

  const rates = optimizers.map(([name]) => [name, { shape: [] }]);
  const recording = recordFunction((tensors) => {
    const given = Object.keys(inputs).map((name) => [name, tensors[name]]);
    return run(Object.fromEntries(given));
  }, { state, inputs: { ...inputs, ...Object.fromEntries(rates) }, seed });
  const used = withoutUnused(recording, state);
  if (used.changed.length === 0) {
    throw new Error("Cannot record step: it changes no variable, so nothing would be trained");
  }
  return {
    recording: used.recording,
    variables: used.state,
    values: Object.fromEntries(used.state.map(({ name }) => [name, values[name]])),
  };
}

function registeredVariables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}

/** Runs a function, and gives the variables that it makes with what each began with. */
function collectVariables(fn: () => void): Map<tf.Variable, Source> {
  const made = new Map<tf.Variable, Source>();
  const engine = tf.engine();
  const makeVariable = engine.makeVariable;
  engine.makeVariable = function (...args) {
    const variable = makeVariable.apply(engine, args);
    made.set(variable, sourceOf(variable));
    return variable;
  };
  try {
    fn();
  } finally {
    engine.makeVariable = makeVariable;
  }
  return made;
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
  const source: Source = { kind: "input", name };
  try {
    // Inside, because an optimizer may keep its negative as a tensor from here on.
    return withPlaceholder(mark, source, () =>
      withPlaceholder(-mark, op.Neg(source), () => {
        setLearningRate(mark);
        return withLearningRates(rest, fn);
      }));
  } finally {
    setLearningRate(learningRate);
  }
}
