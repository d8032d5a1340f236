import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../lib/ndarray.ts";
import { readState, stateOf, type StateVariable } from "./engines/recorded_step.ts";
import { recordingBackend } from "./trace/backend.ts";
import type { InputSpec, Recording } from "./trace/mod.ts";
import { withPlaceholder } from "./trace/placeholder.ts";
import { op, reachableOperations, type Source } from "./trace/recorder.ts";
import { inputTensor, mapTraced, tensorOf, withRecording } from "./trace/trace.ts";

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
export interface RecordStepOptions {
  /** What the step is given. */
  inputs: Readonly<Record<string, InputSpec>>;
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
 */
export async function recordStep(
  step: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  { inputs, learningRates = {} }: RecordStepOptions,
): Promise<RecordedStep> {
  const run = () =>
    withLearningRates(Object.entries(learningRates), () => {
      const tensors = Object.entries(inputs).map(([name, spec]): [string, tf.Tensor] => [
        name,
        inputTensor(name, spec),
      ]);
      return mapTraced(step(Object.fromEntries(tensors)));
    });

  const initial = withRecording(() => {
    const before = new Map(registeredVariables().map((variable) => [variable, sourceOf(variable)]));
    const made = collectVariables(run);
    for (const [variable, source] of before) assign(variable, source);
    for (const [variable, source] of made) assign(variable, source);
    return new Map([...before, ...made]);
  });
  const variables = stateOf([...initial.keys()]);
  // What a variable begins with may itself be recorded: reading it computes it.
  const values = await readState(variables);

  const recording = withRecording(() => {
    for (const { name, variable } of variables) assign(variable, { kind: "input", name });
    const bound = mapTraced(
      Object.fromEntries(variables.map(({ name, variable }) => [name, variable])),
    );
    try {
      const outputs = run();
      const changed = variables.filter(({ name, variable }) => {
        const source = sourceOf(variable);
        return source.kind !== "input" || source.name !== name;
      });
      return {
        inputs: { ...mapTraced(Object.fromEntries(inputTensors(inputs, learningRates))), ...bound },
        outputs: {
          ...outputs,
          ...mapTraced(
            Object.fromEntries(changed.map(({ name, variable }) => [`new/${name}`, variable])),
          ),
        },
      };
    } finally {
      for (const [variable, source] of initial) assign(variable, source);
    }
  });
  return withoutUnused(recording, { variables, values });
}

function inputTensors(
  inputs: RecordStepOptions["inputs"],
  learningRates: Readonly<Record<string, unknown>>,
): [string, tf.Tensor][] {
  const rates = Object.keys(learningRates).map((
    name,
  ): [string, InputSpec] => [name, { shape: [] }]);
  return [...Object.entries(inputs), ...rates].map(([name, spec]) => [
    name,
    inputTensor(name, spec),
  ]);
}

function registeredVariables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}

function sourceOf(variable: tf.Variable): Source {
  return recordingBackend.traced(variable.dataId).source;
}

/** Makes a variable stand for something else. */
function assign(variable: tf.Variable, source: Source): void {
  variable.assign(tensorOf(source, variable.shape, variable.dtype));
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

/** Leaves out the variables of other models, which the step neither reads nor changes. */
function withoutUnused(
  { inputs, outputs }: Recording,
  { variables, values }: Pick<RecordedStep, "variables" | "values">,
): RecordedStep {
  const read = new Set<string>();
  const sources = Object.values(outputs).map(({ source }) => source);
  const operands = reachableOperations(sources).flatMap(({ operands }) => operands);
  for (const source of [...sources, ...operands]) {
    if (source?.kind === "input") read.add(source.name);
  }
  const used = variables.filter(({ name }) => read.has(name) || `new/${name}` in outputs);
  if (!used.some(({ name }) => `new/${name}` in outputs)) {
    throw new Error("Cannot record step: it changes no variable, so nothing would be trained");
  }
  const isUsed = new Set(used.map(({ name }) => name));
  const isVariable = new Set(variables.map(({ name }) => name));
  const kept = Object.entries(inputs).filter(([name]) => !isVariable.has(name) || isUsed.has(name));
  return {
    recording: { inputs: Object.fromEntries(kept), outputs },
    variables: used,
    values: Object.fromEntries(used.map(({ name }) => [name, values[name]])),
  };
}
