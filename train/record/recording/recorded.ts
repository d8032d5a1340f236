import type * as tf from "@tensorflow/tfjs-core";
import type { Operation, Result, Source } from "./operation.ts";

/** The name under which the recording backend is registered; TensorFlow.js forbids underscores. */
export const BACKEND_NAME = "onnx";

/** A TensorFlow.js tensor in a recording. */
export interface Recorded {
  /** Its values as ONNX operations compute them. */
  readonly source: Source;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  /** The kernel that computes it; none for inputs and constants. */
  readonly origin?: KernelOutput | undefined;
}

/** The inputs of a kernel by name; of a kernel that takes a list, by index. */
export type Inputs = Readonly<Record<string, Recorded>>;

/**
 * What TensorFlow.js passes to a kernel beside its tensors. The kernel's `…Attrs` type in
 * `@tensorflow/tfjs-core` says what is inside.
 */
// deno-lint-ignore no-explicit-any
export type Attrs = any;

/** One call of a TensorFlow.js kernel. */
export interface KernelNode {
  /** Grows as kernels are recorded: the order in which they can run. */
  readonly id: number;
  /** TensorFlow.js's name for it, such as `Conv2DBackpropFilter`. */
  readonly kernel: string;
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  readonly outputs: readonly Pick<Recorded, "shape" | "dtype">[];
}

/** One output of a kernel. */
export interface KernelOutput {
  readonly kind: "kernel";
  readonly node: KernelNode;
  readonly index: number;
}

/** The ONNX lowering of one kernel. */
export type Rule = (inputs: Inputs, attrs: Attrs) => Recorded | Recorded[];

/** One family of kernels: the name that TensorFlow.js gives each, and its rule. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** The shapes of results, as far as rules have said. */
const SHAPES = new WeakMap<Operation, (readonly number[])[]>();

/** The result of a rule. */
export function recorded(
  source: Source,
  shape: readonly number[],
  dtype: tf.DataType = "float32",
): Recorded {
  if (source.kind === "result") {
    const shapes = SHAPES.get(source.operation) ?? [];
    shapes[source.index] = shape;
    SHAPES.set(source.operation, shapes);
  }
  return { source, shape, dtype };
}

/** The shape of a result, if a rule has said it. */
export function shapeOf({ operation, index }: Result): readonly number[] | undefined {
  return SHAPES.get(operation)?.[index];
}
