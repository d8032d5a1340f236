import type * as tf from "@tensorflow/tfjs-core";
import type { Operation, Result, Source } from "./recorder.ts";

/** A TensorFlow.js tensor as a rule sees it. */
export interface Traced {
  readonly source: Source;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

/** The inputs of a kernel by name. */
export type Inputs = Readonly<Record<string, Traced>>;

/**
 * What TensorFlow.js passes to a kernel beside its tensors. The kernel's `…Attrs` type in
 * `@tensorflow/tfjs-core` says what is inside.
 */
// deno-lint-ignore no-explicit-any
export type Attrs = any;

/** Records what one kernel computes. */
export type Rule = (inputs: Inputs, attrs: Attrs) => Traced | Traced[];

/** One family of kernels: the name that TensorFlow.js gives each, and its rule. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** The shapes of results, as far as rules have said. */
const SHAPES = new WeakMap<Operation, (readonly number[])[]>();

/** The result of a rule. */
export function traced(
  source: Source,
  shape: readonly number[],
  dtype: tf.DataType = "float32",
): Traced {
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
