import type { Node, Value, View } from "./ir.ts";
import { commonSizes, isSameElement, type LoopValue } from "./loops.ts";
import { isNumber } from "./views.ts";

/**
 * The maps that one other element-wise node alone reads, each element where it computes its own, and
 * that can be in loops with it.
 */
export function readOnce(values: readonly Value[], wanted: readonly View[]): Set<Value> {
  const readers = new Map<Value, (Value | undefined)[]>(
    wanted.map(({ value }) => [value, [undefined]]),
  );
  for (const reader of values) {
    const { node } = reader;
    if (node.kind === "given") continue;
    for (const value of new Set(node.operands.map((view) => view.value))) {
      const isSame = node.kind !== "call" &&
        node.operands.every((view) => view.value !== value || isSameElement(view));
      if (!readers.has(value)) readers.set(value, []);
      readers.get(value)!.push(isSame ? reader : undefined);
    }
  }
  const waiting = new Set<Value>();
  /** The shapes of all that waits for the same value. */
  const shapes = new Map<Value, (readonly number[])[]>();
  for (const value of values.toReversed()) {
    if (value.node.kind !== "map" || isNumber(value)) continue;
    const [reader, ...others] = readers.get(value) ?? [];
    if (reader === undefined || others.length > 0) continue;
    const all = shapes.get(reader) ?? [(reader as LoopValue).node.shape];
    if (commonSizes([...all, value.node.shape]) === undefined) continue;
    all.push(value.node.shape);
    shapes.set(reader, all);
    shapes.set(value, all);
    waiting.add(value);
  }
  return waiting;
}

/** The values that some views need, in their order; those of no elements need nothing. */
export function neededBy(wanted: readonly View[], values: readonly Value[]): Value[] {
  const needed = new Set<Value>();
  const nodes = new Set<Node>();
  const pending = wanted.map(({ value }) => value);
  while (pending.length > 0) {
    const value = pending.pop()!;
    if (needed.has(value) || value.size === 0) continue;
    needed.add(value);
    nodes.add(value.node);
    if (value.node.kind !== "given") pending.push(...value.node.operands.map((view) => view.value));
  }
  // A call writes all its results.
  return values.filter((value) => needed.has(value) || nodes.has(value.node));
}

/** Whether the elements of a row of a view are those of the same row of its value. */
export function isByRow({ value, shape, strides, offset }: View, batchSize: number): boolean {
  const { node } = value;
  if (node.kind === "reduce" && node.inParts) return false;
  if (node.kind === "call" && node.inParts) return false;
  if (value.size % batchSize !== 0) return false;
  const row = value.size / batchSize;
  const axis = shape.findIndex((size) => size > 1);
  if (axis < 0 || shape[axis] % batchSize !== 0) return false;
  // Along the batch it moves by rows, and the rest of it stays within one.
  const inner = shape[axis] / batchSize;
  if (strides[axis] * inner !== row) return false;
  const reach = shape.reduce(
    (sum, size, i) => sum + (i < axis ? 0 : ((i === axis ? inner : size) - 1) * strides[i]),
    offset,
  );
  const isForward = strides.every((stride) => stride >= 0);
  return isForward && reach < row;
}
