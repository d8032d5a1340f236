import { InputError } from "../../lib/input_error.ts";
import * as tf from "@tensorflow/tfjs-core";
import { recordedTensor, recordingBackend } from "./register.ts";
import type { Recording } from "./recording/recording.ts";
import { BACKEND_NAME, type Recorded } from "./recording/recorded.ts";
import { withDraws } from "./random/stock_random.ts";

/** The shape and dtype of an input of a function to record. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** @default {"float32"} */
  readonly dtype?: "float32" | "int32" | "bool";
}

/** Options for {@linkcode record}. */
export interface RecordOptions {
  /**
   * Variables and other tensors that the function reads and that are stored with the graph, by the
   * name they get there.
   * @default {{}}
   */
  parameters?: Readonly<Record<string, tf.Tensor>>;
  /** Of what `tf.dropout` and the like draw where the graph runs. @default {0} */
  seed?: number;
}

/**
 * Records what a function computes, without computing it.
 *
 * @param fn Written in TensorFlow.js ops; it must read no tensor's values.
 * @param inputs What it takes, by name.
 * @throws {Error} If it uses a kernel that has no rule, or reads a value.
 * @throws {InputError} If it draws numbers on the host, as `tf.randomNormal` does.
 *
 * @example Usage
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { emitGraph, record } from "@glimpse/glimpse/record";
 * import { assertEquals } from "@std/assert";
 *
 * const recording = record(({ x }) => ({ y: tf.relu(tf.add(x, 1)) }), { x: { shape: [2, 3] } });
 * assertEquals(emitGraph(recording).nodes.map((node) => node.opType), ["Add", "Relu"]);
 * ```
 */
export function record(
  fn: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  inputs: Readonly<Record<string, InputSpec>>,
  { parameters = {}, seed = 0 }: RecordOptions = {},
): Recording {
  return withRecording(() => {
    for (const [name, variable] of Object.entries(parameters)) nameParameter(variable, name);
    const tensors = inputTensors(inputs);
    // Before the function runs: it may dispose its inputs.
    const recordedInputs = recordedTensors(tensors);
    return { inputs: recordedInputs, outputs: recordedTensors(withDraws(seed, () => fn(tensors))) };
  });
}

/** Runs a function with the recording backend active, and frees the tensors it leaves behind. */
export function withRecording<T>(fn: () => T): T {
  const engine = tf.engine();
  const outer = engine.backendName;
  engine.setBackend(BACKEND_NAME);
  engine.startScope("record");
  try {
    return fn();
  } finally {
    engine.endScope();
    if (outer !== undefined) engine.setBackend(outer);
  }
}

/** Tensors that stand for the inputs of a recording. */
export function inputTensors(
  inputs: Readonly<Record<string, InputSpec>>,
): Record<string, tf.Tensor> {
  const tensors = Object.entries(inputs).map(([name, { shape, dtype = "float32" }]) => {
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new InputError(
        `Cannot record: input "${name}" has shape [${shape}], integers of 0 or more are needed`,
      );
    }
    return [name, tensorOf({ source: { kind: "input", name }, shape, dtype })];
  });
  return Object.fromEntries(tensors);
}

/** What stands behind each of some tensors. */
export function recordedTensors(
  tensors: Readonly<Record<string, tf.Tensor>>,
): Recording["inputs"] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, recordedTensor(tensor)]),
  );
}

/** A tensor that stands for a recorded one. */
export function tensorOf(recorded: Recorded): tf.Tensor {
  const { shape, dtype } = recorded;
  const dataId = recordingBackend.register(recorded);
  return tf.engine().makeTensorFromDataId(dataId, [...shape], dtype, recordingBackend);
}

function nameParameter(tensor: tf.Tensor, name: string): void {
  const { source } = recordedTensor(tensor);
  if (source.kind !== "constant") {
    throw new Error(`Cannot store parameter "${name}": its values are not known while recording`);
  }
  recordingBackend.nameConstant(tensor.dataId, { ...source, name });
}
