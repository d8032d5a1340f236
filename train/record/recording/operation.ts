import { type DType, type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import type { Attribute } from "../../../lib/onnx/graph.ts";
import {
  type Attributes,
  type Operand,
  operandValue,
  type Operators,
  operators,
} from "../../../lib/onnx/op.ts";

/** Values that are there while recording. */
export interface Constant {
  readonly kind: "constant";
  readonly array: NdArray;
  /** The name under which a graph stores it. */
  readonly name?: string;
  /** Whether it is the data of a tensor, and not part of what a rule records. */
  readonly isData?: boolean;
}

/** One result of an operation. */
export interface Result {
  readonly kind: "result";
  readonly operation: Operation;
  readonly index: number;
}

/**
 * Where a recorded value comes from: an input of the recording, values known while recording, or
 * an operation. Operations hold their operands, so a recording is the set of operations that its
 * outputs reach, and what nothing reaches any more is garbage.
 */
export type Source = { readonly kind: "input"; readonly name: string } | Constant | Result;

/** One recorded ONNX operation. */
export interface Operation {
  /** Grows as operations are recorded: the order in which they can run. */
  readonly id: number;
  readonly opType: string;
  /** Emptied once every result is known, so that what came before can be freed. */
  operands: readonly (Source | null)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputCount: number;
  /** Whether an input of a recording decides its results. */
  readonly dependsOnInput: boolean;
  /** The length of the longest chain of operations, not computed so far, that ends with it. */
  readonly depth: number;
  /** The results that have been computed since, by index. */
  readonly values: (Constant | undefined)[];
  /** The TensorFlow.js kernel whose rule recorded it, for messages. */
  readonly kernel: string;
}

let count = 0;
let currentKernel = "";

/** Runs a rule, so that the operations it records carry the name of its kernel. */
export function recordingKernel<T>(kernel: string, rule: () => T): T {
  const outer = currentKernel;
  currentKernel = kernel;
  try {
    return rule();
  } finally {
    currentKernel = outer;
  }
}

/** Records an operation of the operator named by the property and returns its first result. */
export const op: Operators<Source> = operators(
  (opType, operands, attributes) => recordOperation(opType, operands, attributes)[0],
  (operand): operand is Source => "kind" in operand,
);

/** Records an operation and returns its results. */
export function recordOperation(
  opType: string,
  operands: readonly Operand<Source>[],
  attributes: Attributes = {},
  outputCount = 1,
): Source[] {
  const sources = operands.map((operand) => {
    const source = operandValue(operand, (array): Source => ({ kind: "constant", array }));
    return source && resolve(source);
  });
  const operation: Operation = {
    id: count++,
    opType,
    operands: sources,
    attributes,
    outputCount,
    dependsOnInput: sources.some((source) => source !== null && dependsOnInput(source)),
    depth: 1 + Math.max(0, ...sources.map(depth)),
    values: [],
    kernel: currentKernel,
  };
  return Array.from({ length: outputCount }, (_, index) => ({ kind: "result", operation, index }));
}

/** Whether an input of a recording decides a value, so that nothing can compute it alone. */
export function dependsOnInput(source: Source): boolean {
  return source.kind === "input" || (source.kind === "result" && source.operation.dependsOnInput);
}

function depth(source: Source | null): number {
  return source?.kind === "result" ? source.operation.depth : 0;
}

/** A source, or its values if they have been computed since. */
export function resolve(source: Source): Source {
  return source.kind === "result" ? source.operation.values[source.index] ?? source : source;
}

/** Gives a result its values, once they have been computed. */
export function setValues({ operation, index }: Result, array: NdArray): void {
  operation.values[index] = { kind: "constant", array, isData: true };
  const isComplete = operation.values.filter(Boolean).length === operation.outputCount;
  if (isComplete) operation.operands = [];
}

/** The operations that some sources need, in the order in which they were recorded. */
export function reachableOperations(sources: readonly Source[]): Operation[] {
  const found = new Set<Operation>();
  const pending = [...sources];
  while (pending.length > 0) {
    const source = resolve(pending.pop()!);
    if (source.kind !== "result" || found.has(source.operation)) continue;
    found.add(source.operation);
    for (const operand of source.operation.operands) if (operand !== null) pending.push(operand);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

/** A constant of one element type, from plain numbers. */
export function constant(
  dtype: "float32" | "int32" | "int64" | "bool",
  shape: readonly number[],
  values: readonly number[],
): Source {
  if (!["float32", "int32", "int64", "bool"].includes(dtype)) throw unsupportedDtype(dtype);
  const data = {
    float32: () => Float32Array.from(values),
    int32: () => Int32Array.from(values),
    int64: () => BigInt64Array.from(values, BigInt),
    bool: () => Uint8Array.from(values),
  }[dtype]();
  return { kind: "constant", array: ndarray(dtype as DType, shape, data) };
}

/** The only element of an array that repeats it, as a scalar; `undefined` where elements differ. */
export function repeatedElement({ dtype, data }: NdArray): NdArray | undefined {
  const isRepeated = data.length > 0 && data.every((value) => Object.is(value, data[0]));
  return isRepeated ? ndarray(dtype, [], data.slice(0, 1) as NdArray["data"]) : undefined;
}

/** Says that a dtype of TensorFlow.js has no form in ONNX. */
export function unsupportedDtype(dtype: string): TypeError {
  return new TypeError(
    `Cannot record a tensor of dtype "${dtype}": ONNX rules have no form for it`,
  );
}
