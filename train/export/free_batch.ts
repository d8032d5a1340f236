import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { type Difference, differences, type Graph } from "../../lib/onnx/mod.ts";
import { type Session } from "../../lib/runtime/mod.ts";
import { emitGraph, type InputSpec, record } from "../record/mod.ts";

/** A pure function of tensors, all by name. */
export type Computation = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

/** An input of what is exported. */
export interface ExportInput extends Omit<InputSpec, "shape"> {
  /** A first size of `null` is free: the batch. */
  readonly shape: readonly (number | null)[];
  /**
   * The numbers that the export is tried with, from and below: integers for int32.
   *
   * @default {[-1, 1]} `[0, 2]` for int32
   */
  readonly range?: readonly [number, number];
}

/** Options for {@linkcode recordFreeBatch}. */
export interface RecordOptions {
  inputs: Readonly<Record<string, ExportInput>>;
  /** Tensors that are stored with the graph, by the name they get there. @default {{}} */
  parameters?: Readonly<Record<string, tf.Tensor>>;
  /** @default {"graph"} */
  name?: string;
  /** Starts the names of what is neither input, output nor parameter. @default {""} */
  prefix?: string;
  /** What the free size is called. @default {"batch"} */
  batchName?: string;
}

/** Two batch sizes to record with, so that what depends on the size shows. */
const RECORDED_BATCHES = [7, 11] as const;

/** Records a function as a graph that takes any batch size, if its inputs leave it free. */
export function recordFreeBatch(
  fn: Computation,
  { inputs, parameters = {}, ...options }: RecordOptions,
): Graph {
  const recordAt = (batch: number) => record(fn, specsAt(inputs, batch), { parameters });
  const [size, otherSize] = RECORDED_BATCHES;
  const recording = recordAt(size);
  return hasFreeBatch(inputs)
    ? emitGraph(recording, { ...options, otherBatch: recordAt(otherSize) })
    : emitGraph(recording, options);
}

/** Whether any of some inputs leaves its first size free. */
export function hasFreeBatch(inputs: RecordOptions["inputs"]): boolean {
  return Object.values(inputs).some(({ shape }) => shape[0] === null);
}

/** The inputs with the batch size filled in. */
export function specsAt(
  inputs: RecordOptions["inputs"],
  batch: number,
): Record<string, InputSpec> {
  const specs = Object.entries(inputs).map(([name, spec]): [string, InputSpec] => [
    name,
    { ...spec, shape: spec.shape.map((size) => size ?? batch) },
  ]);
  return Object.fromEntries(specs);
}

/** How far a graph lies from what the active TensorFlow.js backend computes. */
export async function compareWithEager(
  session: Session,
  fn: Computation,
  inputs: Readonly<Record<string, NdArray>>,
): Promise<Difference[]> {
  const expected = computeEagerly(fn, inputs);
  const arrays: [string, NdArray][] = [];
  for (const [name, tensor] of Object.entries(expected)) {
    const data = await tensor.data() as Float32Array;
    arrays.push([name, ndarray(tensor.dtype as DType, tensor.shape, data as never)]);
    tensor.dispose();
  }
  return differences(await session.run(inputs), Object.fromEntries(arrays));
}

/** What the active backend gives; where it lacks a kernel, what `cpu` does. */
function computeEagerly(
  fn: Computation,
  inputs: Readonly<Record<string, NdArray>>,
): Record<string, tf.Tensor> {
  const compute = () =>
    tf.tidy(() => {
      const tensors = Object.entries(inputs).map(([name, { data, shape, dtype }]) => [
        name,
        tf.tensor(data as Float32Array, [...shape], dtype as "float32"),
      ]);
      // Copies: the function may give a tensor that is not its own.
      const outputs = Object.entries(fn(Object.fromEntries(tensors)));
      return Object.fromEntries(outputs.map(([name, tensor]) => [name, tf.clone(tensor)]));
    });
  const active = tf.getBackend();
  try {
    return compute();
  } catch (error) {
    if (active === "cpu") throw error;
    tf.setBackend("cpu");
    try {
      return compute();
    } finally {
      tf.setBackend(active);
    }
  }
}
