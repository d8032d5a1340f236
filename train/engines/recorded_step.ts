import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray, sizeOf } from "../../lib/ndarray.ts";
import { type Graph, GraphBuilder, onnxDataType, type Value } from "../../lib/onnx/mod.ts";
import { inputTensor, tracedTensor, withRecording } from "../trace/trace.ts";
import { emitGraph, type Recording } from "../trace/mod.ts";
import { recordingBackend } from "../trace/backend.ts";
import type { Objective, StepInputs } from "../objectives/objective.ts";
import type { RowTypes } from "./engine.ts";
import type { Trainee } from "../train_step.ts";

/** A variable as a recorded function sees it: a named input, and an output if it is changed. */
export interface StateVariable {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** Gives every variable the name of its input in recorded graphs. */
export function stateOf(variables: readonly tf.Variable[]): StateVariable[] {
  return variables.map((variable, i) => ({ name: `state_${i}/${variable.name}`, variable }));
}

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
  readonly objective: Objective;
  /** The element type of each array of rows: bytes are pixels, scaled to [0, 1]. */
  readonly rowTypes: RowTypes;
}

/**
 * Wraps a recorded step in an ONNX `Loop`, so that one run takes many steps without leaving the
 * runtime: rows stay where they are, batches are gathered by index, and the state passes from step
 * to step.
 *
 * Inputs: `steps` int64, `indices` int32 `[steps, batchSize]`, each array of rows as
 * `[count, size of a row]`, `epsilon` `[steps, batchSize, latentDim]`, each scalar as `[steps]`, and
 * the state. Outputs: the losses `[steps]` and the new state.
 */
export function loopGraph(recording: Recording, { objective, rowTypes }: LoopOptions): Graph {
  const stepGraph = emitGraph(recording, { name: "step" });
  const shapeOf = (name: string) => recording.inputs[name].shape;
  const states = Object.keys(recording.inputs).filter((name) => name.startsWith("state_"));
  const scalars = ["learningRate", ...objective.scalars];
  const { lossNames } = objective;

  const main = new GraphBuilder({ name: "train" });
  const steps = main.input("steps", "int64", []);
  const indices = main.input("indices", "int32", ["steps", shapeOf("images")[0]]);
  const rows = Object.entries(rowTypes).map(([name, dtype]): [string, Value] => {
    const size = sizeOf(shapeOf(name).slice(1));
    return [name, main.input(name, dtype, ["count", size])];
  });
  const drawn = ["epsilon", ...scalars].map((name): [string, Value] => [
    name,
    main.input(name, "float32", ["steps", ...shapeOf(name)]),
  ]);
  const initial = states.map((name) => main.input(name, "float32", shapeOf(name)));

  const body = new GraphBuilder({ name: "body", prefix: "body_" });
  const iteration = body.input("iteration", "int64", []);
  const keepGoing = body.input("keep_going", "bool", []);
  const carried = states.map((name): [string, Value] => [
    name,
    body.input(`carried/${name}`, "float32", shapeOf(name)),
  ]);
  const batch = body.op.Gather(indices, iteration);
  const results = body.inline(
    stepGraph,
    Object.fromEntries([
      ...rows.map(([name, value]) => {
        const gathered = gatherRows(body, { rows: value, batch, dtype: rowTypes[name] });
        return [name, body.op.Reshape(gathered, [...shapeOf(name)])];
      }),
      ...drawn.map(([name, value]) => [name, body.op.Gather(value, iteration)]),
      ...carried,
    ]),
  );
  body.output("still_going", keepGoing, "bool", []);
  for (const name of states) {
    body.output(`next/${name}`, results[`new/${name}`], "float32", shapeOf(name));
  }
  for (const name of lossNames) body.output(`step/${name}`, results[name], "float32", []);

  const outer = [indices, ...[...rows, ...drawn].map(([, value]) => value)];
  const outputs = main.node(
    "Loop",
    [steps, main.constant(ndarray("bool", [], Uint8Array.of(1))), ...initial],
    { body: body.build(outer.map(({ name }) => name)) },
    states.length + lossNames.length,
  );
  states.forEach((name, i) => main.output(`new/${name}`, outputs[i], "float32", shapeOf(name)));
  lossNames.forEach((name, i) =>
    main.output(name, outputs[states.length + i], "float32", ["steps"])
  );
  return main.build();
}

/**
 * Some rows as float32, bytes scaled to [0, 1]. They stay one-dimensional until then: ONNX Runtime
 * scales a tensor whose last axis has one element an element at a time.
 */
function gatherRows(
  { op }: GraphBuilder,
  { rows, batch, dtype }: { rows: Value; batch: Value; dtype: "uint8" | "float32" },
): Value {
  const gathered = op.Gather(rows, batch);
  if (dtype === "float32") return gathered;
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
