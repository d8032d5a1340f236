import type { NdArray } from "../../../lib/array/ndarray.ts";

/** The element types of values, by TensorFlow.js's names. */
export type ValueType = "float32" | "int32" | "bool";

/** What C calls them. */
export const C_TYPES = { float32: "float", int32: "int32_t", bool: "uint8_t" } as const;

/** Elements in memory, one after another. */
export interface Value {
  readonly id: number;
  readonly dtype: ValueType;
  readonly size: number;
  readonly node: Node;
}

/** A way to read a value: element `[i, j, …]` is at `offset + i strides[0] + j strides[1] + …`. */
export interface View {
  readonly value: Value;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What is there before the step runs: a variable, a constant, or an input of the step. */
export interface Given {
  readonly kind: "given";
  /** Variables and constants stay; the rows of a batch are gathered; the rest is there by step. */
  readonly role: "variable" | "constant" | "rows" | "per step";
  readonly name: string;
  readonly shape: readonly number[];
  /** Of a constant. */
  readonly array?: NdArray;
}

/** A function of the elements of its operands, each of which has the shape of the result. */
export interface MapNode {
  readonly kind: "map";
  readonly label: string;
  readonly shape: readonly number[];
  readonly operands: readonly View[];
  /** The C expression of an element, from those of the operands. */
  readonly expression: (...elements: string[]) => string;
}

/** How elements are reduced to one. */
export type Combine = "sum" | "product" | "max" | "min";

/**
 * Reduces axes of its operand. In parts, every task keeps a result of its own, so that the value is
 * `[PARTS, …]` and a map adds them up in a fixed order, whatever the number of threads.
 */
export interface ReduceNode {
  readonly kind: "reduce";
  readonly label: string;
  readonly shape: readonly number[];
  readonly operands: readonly [View];
  /** Whether each axis is reduced. */
  readonly reduced: readonly boolean[];
  readonly combine: Combine;
  readonly inParts: boolean;
}

/** What a call's C text is written from: the names of its operands and results. */
export interface CallNames {
  /** The address of the first element of each operand. */
  readonly operands: readonly string[];
  readonly results: readonly string[];
}

/** A kernel with loops of its own. */
export interface CallNode {
  readonly kind: "call";
  readonly label: string;
  readonly operands: readonly View[];
  /**
   * How its work is cut up: done by one thread, cut into a number of tasks, or by rows, so that it
   * goes on with the rows of the batch that the kernel before it has just computed.
   */
  readonly work: "serial" | { readonly tasks: number } | { readonly rows: number };
  /** Cut by rows: the operands of which it reads its own rows only. */
  readonly byRow?: readonly boolean[];
  /** Whether results are `[PARTS, …]`, one a task. */
  readonly inParts?: boolean;
  /** Bytes for each thread. */
  readonly scratch?: number;
  /**
   * C statements. They may use `task`, `from` and `to` (its rows), `scratch`, and `job`.
   */
  readonly body: (names: CallNames) => string;
}

export type Node = Given | MapNode | ReduceNode | CallNode;

/** A step in terms of nodes, in an order in which they can run. */
export interface Program {
  readonly values: readonly Value[];
  /** What is wanted: losses, and the new values of variables by the name of each. */
  readonly losses: Readonly<Record<string, View>>;
  readonly updates: Readonly<Record<string, View>>;
  readonly batchSize: number;
}

/** Into how many parts work is cut, whatever the number of threads. */
export const PARTS = 16;

/** Batches of fewer rows are not cut by rows. */
export const MIN_ROWS = 4;

/** Work on so few elements is done by one thread, while the others wait. */
export const SMALL = 4096;
