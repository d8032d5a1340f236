import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray, sizeOf } from "../../lib/ndarray.ts";
import { type Graph, GraphBuilder, onnxDataType, type Value } from "../../lib/onnx/mod.ts";
import { inputTensor, tracedTensor, withRecording } from "../trace/trace.ts";
import { emitGraph, type Recording } from "../trace/mod.ts";
import { recordingBackend } from "../trace/backend.ts";
import type { StepInputs } from "../objectives/objective.ts";
import type { RowTypes } from "./engine.ts";
import type { Trainee } from "../train_step.ts";

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

/** Starts the name of every input that is a variable. */
const VARIABLE_PREFIX = "variable_";

/** Options for {@linkcode recordFunction}. */
interface RecordOptions {
  readonly state: readonly StateVariable[];
  /** The shape of each input of a step. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
}

/** The shape of everything that a step is given. */
export function stepShapes(
  { model, objective }: Pick<Trainee, "model" | "objective">,
  batchSize: number,
): Record<string, readonly number[]> {
  const rows = Object.entries(objective.rows).map(([name, shape]) => [
    name,
    [batchSize, ...shape],
  ]);
  const scalars = ["learningRate", ...objective.scalars].map((name) => [name, []]);
  return Object.fromEntries([...rows, ["epsilon", [batchSize, model.latentDim]], ...scalars]);
}

/**
 * Records a function of a batch with the variables it reads as inputs, and their values after it as
 * outputs under the same names with `new/` before them. The variables keep their values.
 */
export function recordFunction(
  fn: (inputs: StepInputs) => Readonly<Record<string, tf.Tensor>>,
  { state, inputs }: RecordOptions,
): Recording {
  return withRecording(() => {
    const values = state.map(({ variable }) => recordingBackend.traced(variable.dataId));
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [name, inputTensor(name, { shape })]),
    );
    const recordedInputs = Object.fromEntries([
      ...Object.entries(tensors).map(([name, tensor]) => [name, tracedTensor(tensor)]),
      ...state.map(({ name, variable }) => {
        recordingBackend.redirect(variable.dataId, { kind: "input", name });
        return [name, tracedTensor(variable)];
      }),
    ]);
    try {
      const results = fn(tensors as StepInputs);
      const outputs = Object.fromEntries([
        ...Object.entries(results).map(([name, tensor]) => [name, tracedTensor(tensor)]),
        ...state.map(({ name, variable }) => [`new/${name}`, tracedTensor(variable)]),
      ]);
      tf.dispose(Object.values(results));
      return { inputs: recordedInputs, outputs };
    } finally {
      state.forEach(({ variable }, i) =>
        recordingBackend.redirect(variable.dataId, values[i].source)
      );
    }
  });
}

/** Options for {@linkcode loopGraph}. */
interface LoopOptions {
  /** The element type of each input that is gathered by row: bytes are pixels, scaled to [0, 1]. */
  readonly rowTypes: RowTypes;
  /** The outputs that are kept of every step, each a scalar. */
  readonly lossNames: readonly string[];
}

/**
 * Wraps a recorded step in an ONNX `Loop`, so that one run takes many steps without leaving the
 * runtime: rows stay where they are, batches are gathered by index, and the state passes from step
 * to step. State is what the recording gives a new value of: an output `new/NAME` of input NAME.
 *
 * Inputs: `steps` int64, `indices` int32 `[steps, batchSize]`, each array of rows as
 * `[count, size of a row]`, the state, the variables that no step changes, and everything else with
 * an axis `steps` before its own. Outputs: the losses `[steps]` and the new state.
 */
export function loopGraph(recording: Recording, { rowTypes, lossNames }: LoopOptions): Graph {
  const stepGraph = emitGraph(recording, { name: "step" });
  const inputNames = Object.keys(recording.inputs);
  const states = inputNames.filter((name) => `new/${name}` in recording.outputs);
  const others = inputNames.filter((name) => !states.includes(name) && !(name in rowTypes));
  const shapeOf = (name: string) => recording.inputs[name].shape;
  const dtypeOf = (name: string) => recording.inputs[name].dtype as DType;
  const [batchSize] = shapeOf(Object.keys(rowTypes)[0]);

  const main = new GraphBuilder({ name: "train" });
  const steps = main.input("steps", "int64", []);
  const indices = main.input("indices", "int32", ["steps", batchSize]);
  const rows = Object.entries(rowTypes).map(([name, dtype]): [string, Value] => {
    const size = sizeOf(shapeOf(name).slice(1));
    return [name, main.input(name, dtype, ["count", size])];
  });
  const given = others.map((name): [string, Value] => {
    const shape = isVariable(name) ? shapeOf(name) : ["steps", ...shapeOf(name)];
    return [name, main.input(name, dtypeOf(name), shape)];
  });
  const initial = states.map((name) => main.input(name, dtypeOf(name), shapeOf(name)));

  const body = new GraphBuilder({ name: "body", prefix: "body_" });
  const iteration = body.input("iteration", "int64", []);
  const keepGoing = body.input("keep_going", "bool", []);
  const carried = states.map((name): [string, Value] => [
    name,
    body.input(`carried/${name}`, dtypeOf(name), shapeOf(name)),
  ]);
  const batch = body.op.Gather(indices, iteration);
  const results = body.inline(
    stepGraph,
    Object.fromEntries([
      ...rows.map(([name, value]) => {
        const gathered = gatherRows(body, { rows: value, batch, dtype: rowTypes[name] });
        return [name, body.op.Reshape(gathered, [...shapeOf(name)])];
      }),
      ...given.map(([name, value]) => [
        name,
        isVariable(name) ? value : body.op.Gather(value, iteration),
      ]),
      ...carried,
    ]),
  );
  body.output("still_going", keepGoing, "bool", []);
  for (const name of states) {
    body.output(`next/${name}`, results[`new/${name}`], dtypeOf(name), shapeOf(name));
  }
  for (const name of lossNames) body.output(`step/${name}`, results[name], "float32", []);

  const outer = [indices, ...[...rows, ...given].map(([, value]) => value)];
  const outputs = main.node(
    "Loop",
    [steps, main.constant(ndarray("bool", [], Uint8Array.of(1))), ...initial],
    { body: body.build(outer.map(({ name }) => name)) },
    states.length + lossNames.length,
  );
  states.forEach((name, i) => main.output(`new/${name}`, outputs[i], dtypeOf(name), shapeOf(name)));
  lossNames.forEach((name, i) =>
    main.output(name, outputs[states.length + i], "float32", ["steps"])
  );
  return main.build();
}

/** Whether an input of a recording is a variable: it has one value for all steps. */
function isVariable(name: string): boolean {
  return name.startsWith(VARIABLE_PREFIX);
}

/**
 * Some rows as float32, bytes scaled to [0, 1]. They stay one-dimensional until then: ONNX Runtime
 * scales a tensor whose last axis has one element an element at a time.
 */
function gatherRows(
  { op }: GraphBuilder,
  { rows, batch, dtype }: { rows: Value; batch: Value; dtype: RowTypes[string] },
): Value {
  const gathered = op.Gather(rows, batch);
  if (dtype !== "uint8") return gathered;
  return op.Mul(op.Cast(gathered, { to: onnxDataType("float32") }), 1 / 255);
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
