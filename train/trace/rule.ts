import type * as tf from "@tensorflow/tfjs-core";
import type { Source } from "./recorder.ts";

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

/** The result of a rule. */
export function traced(
  source: Source,
  shape: readonly number[],
  dtype: tf.DataType = "float32",
): Traced {
  return { source, shape, dtype };
}
