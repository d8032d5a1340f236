import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray, sizeOf } from "../../lib/ndarray.ts";
import { type Graph, GraphBuilder, onnxDataType, type Value } from "../../lib/onnx/mod.ts";
import { inputTensor, tracedTensor, withRecording } from "../trace/trace.ts";
import { emitGraph, type Recording } from "../trace/mod.ts";
import { recordingBackend } from "../trace/backend.ts";
import type { Losses } from "../models/model.ts";
import type { StepInputs } from "../train_step.ts";

/** The losses as graph outputs, in the order of the Loop's scan outputs. */
export const LOSS_NAMES = ["loss", "reconstructionLoss", "klLoss"] as const;

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
  readonly batchSize: number;
  readonly imageShape: readonly number[];
  readonly latentDim: number;
}

/**
 * Records a function of a batch with the variables it reads as inputs, and their values after it as
 * outputs under the same names with `new/` before them. The variables keep their values.
 */
export function recordFunction(
  fn: (inputs: StepInputs) => Losses,
  { state, batchSize, imageShape, latentDim }: RecordOptions,
): Recording {
  return withRecording(() => {
    const values = state.map(({ variable }) => recordingBackend.traced(variable.dataId));
    const inputs = {
      images: inputTensor("images", { shape: [batchSize, ...imageShape] }) as tf.Tensor4D,
      epsilon: inputTensor("epsilon", { shape: [batchSize, latentDim] }) as tf.Tensor2D,
      beta: inputTensor("beta", { shape: [] }) as tf.Scalar,
      learningRate: inputTensor("learningRate", { shape: [] }) as tf.Scalar,
    };
    const recordedInputs = Object.fromEntries([
      ...Object.entries(inputs).map(([name, tensor]) => [name, tracedTensor(tensor)]),
      ...state.map(({ name, variable }) => {
        recordingBackend.redirect(variable.dataId, { kind: "input", name });
        return [name, tracedTensor(variable)];
      }),
    ]);
    try {
      const losses = fn(inputs);
      const outputs = Object.fromEntries([
        ...LOSS_NAMES.map((name) => [name, tracedTensor(losses[name])]),
        ...state.map(({ name, variable }) => [`new/${name}`, tracedTensor(variable)]),
      ]);
      tf.dispose([losses.loss, losses.reconstructionLoss, losses.klLoss]);
      return { inputs: recordedInputs, outputs };
    } finally {
      state.forEach(({ variable }, i) =>
        recordingBackend.redirect(variable.dataId, values[i].source)
      );
    }
  });
}

/**
 * Wraps a recorded step in an ONNX `Loop`, so that one run takes many steps without leaving the
 * runtime: images stay where they are, batches are gathered by index, and the state passes from
 * step to step.
 *
 * Inputs: `steps` int64, `images` `[count, height * width * channels]`, `indices` int32
 * `[steps, batchSize]`, `epsilon` `[steps, batchSize, latentDim]`, `learningRate` and `beta`
 * `[steps]`, and the state. Outputs: the losses `[steps]` and the new state.
 *
 * @param pixels `uint8` for bytes 0 to 255, `float32` for pixels in [0, 1].
 */
export function loopGraph(recording: Recording, pixels: "uint8" | "float32"): Graph {
  const stepGraph = emitGraph(recording, { name: "step" });
  const { images, epsilon } = recording.inputs;
  const states = Object.keys(recording.inputs).filter((name) => name.startsWith("state_"));
  const shapeOf = (name: string) => recording.inputs[name].shape;

  const main = new GraphBuilder({ name: "train" });
  const outer = {
    images: main.input("images", pixels, ["count", sizeOf(images.shape.slice(1))]),
    indices: main.input("indices", "int32", ["steps", images.shape[0]]),
    epsilon: main.input("epsilon", "float32", ["steps", ...epsilon.shape]),
    learningRate: main.input("learningRate", "float32", ["steps"]),
    beta: main.input("beta", "float32", ["steps"]),
  };
  const steps = main.input("steps", "int64", []);
  const initial = states.map((name) => main.input(name, "float32", shapeOf(name)));

  const body = new GraphBuilder({ name: "body", prefix: "body_" });
  const iteration = body.input("iteration", "int64", []);
  const keepGoing = body.input("keep_going", "bool", []);
  const carried = states.map((name) => body.input(`carried/${name}`, "float32", shapeOf(name)));
  const atIteration = (value: Value) => body.op.Gather(value, iteration);
  const results = body.inline(stepGraph, {
    images: body.op.Reshape(
      gatherPixels(body, outer.images, atIteration(outer.indices), pixels),
      [...images.shape],
    ),
    epsilon: atIteration(outer.epsilon),
    learningRate: atIteration(outer.learningRate),
    beta: atIteration(outer.beta),
    ...Object.fromEntries(states.map((name, i) => [name, carried[i]])),
  });
  body.output("still_going", keepGoing, "bool", []);
  states.forEach((name) =>
    body.output(`next/${name}`, results[`new/${name}`], "float32", shapeOf(name))
  );
  LOSS_NAMES.forEach((name) => body.output(`step/${name}`, results[name], "float32", []));

  const always = main.constant(ndarray("bool", [], Uint8Array.of(1)));
  const outputs = main.node(
    "Loop",
    [steps, always, ...initial],
    { body: body.build(Object.values(outer).map(({ name }) => name)) },
    states.length + LOSS_NAMES.length,
  );
  states.forEach((name, i) => main.output(`new/${name}`, outputs[i], "float32", shapeOf(name)));
  LOSS_NAMES.forEach((name, i) =>
    main.output(name, outputs[states.length + i], "float32", ["steps"])
  );
  return main.build();
}

/**
 * The images at some indices, as float32 in [0, 1]. One row an image: ONNX Runtime scales a tensor
 * whose last axis has one element an element at a time.
 */
function gatherPixels(
  builder: GraphBuilder,
  images: Value,
  indices: Value,
  pixels: "uint8" | "float32",
): Value {
  const { op } = builder;
  const gathered = op.Gather(images, indices);
  if (pixels === "float32") return gathered;
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
