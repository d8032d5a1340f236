import type { Builder } from "../program/builder.ts";
import type { ValueType, View } from "../program/ir.ts";

/** The inputs of a kernel by name, those of a list in its order. */
export type Views = Readonly<Record<string, View>>;

/** What a rule is told of a result. */
export interface ResultType {
  readonly shape: readonly number[];
  readonly dtype: ValueType;
}

/**
 * The lowering of one kernel to nodes of a program. Attributes are what TensorFlow.js passes; shapes
 * have been checked while recording.
 */
export type CRule = (
  b: Builder,
  inputs: Views,
  // deno-lint-ignore no-explicit-any -- each kernel's own type
  attrs: any,
  results: readonly ResultType[],
) => View | View[];

/** One family of kernels. */
export type CRuleTable = Readonly<Record<string, CRule>>;
