import { sizeOf } from "../../lib/array/ndarray.ts";
import { isNumber } from "./builder.ts";
import type { CallNode, Node, Program, Value, View } from "./ir.ts";
import { MIN_ROWS, PARTS, SMALL } from "./ir.ts";
import { commonSizes, isSameElement, type LoopValue } from "./loops.ts";

/** Element-wise nodes that run in one nest of loops. */
export interface Group {
  readonly kind: "group";
  readonly values: LoopValue[];
}

/** A kernel with loops of its own, and its results. */
export interface Call {
  readonly kind: "call";
  readonly node: CallNode;
  readonly results: Value[];
}

export type Item = Group | Call;

/** Items that are cut into tasks alike: a task does its part of one after another. */
export interface Family {
  /** By the rows of the batch. */
  readonly isBatch: boolean;
  readonly tasks: number;
  readonly items: Item[];
}

/** What runs between two points where threads wait for each other. */
export interface Slot {
  readonly families: Family[];
  /** Done by the last thread that arrives. */
  readonly serial: Item[];
}

interface Place {
  readonly slot: number;
  readonly family?: Family;
  readonly item: Item;
}

/** Decides when each value is computed, and what is computed together. */
export function schedule({ values, losses, updates, batchSize }: Program): Slot[] {
  return new Scheduler(batchSize).run(
    neededBy([...Object.values(losses), ...Object.values(updates)], values),
  );
}

/** The values that some views need, in their order. */
function neededBy(wanted: readonly View[], values: readonly Value[]): Value[] {
  const needed = new Set<Value>();
  const pending = wanted.map(({ value }) => value);
  const nodes = new Set<Node>();
  while (pending.length > 0) {
    const value = pending.pop()!;
    if (needed.has(value)) continue;
    needed.add(value);
    nodes.add(value.node);
    if (value.node.kind !== "given") pending.push(...value.node.operands.map((view) => view.value));
  }
  // A call writes all its results.
  return values.filter((value) => needed.has(value) || nodes.has(value.node));
}

class Scheduler {
  readonly #slots: Slot[] = [];
  readonly #places = new Map<Value, Place>();
  readonly #batchSize: number;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  run(values: readonly Value[]): Slot[] {
    const calls = new Map<CallNode, Place>();
    for (const value of values) {
      const { node } = value;
      if (node.kind === "given" || isNumber(value)) continue;
      if (node.kind !== "call") {
        this.#places.set(value, this.#placeLoop(value as LoopValue));
        continue;
      }
      const place = calls.get(node) ?? this.#placeCall(node);
      calls.set(node, place);
      (place.item as Call).results.push(value);
      this.#places.set(value, place);
    }
    return this.#slots;
  }

  #placeCall(node: CallNode): Place {
    const item: Call = { kind: "call", node, results: [] };
    const { work, operands, byRow = [] } = node;
    if (work === "serial") return this.#append(item, this.#serialSlot(operands));
    if ("rows" in work && this.#isCutByRow(work.rows)) {
      const isByRow = operands.map((view, i) => byRow[i] && this.#isByRow(view));
      return this.#appendToBatch(item, operands, isByRow);
    }
    const tasks = "rows" in work ? PARTS : work.tasks;
    return this.#append(item, this.#freeSlot(operands), { isBatch: false, tasks, items: [] });
  }

  #placeLoop(value: LoopValue): Place {
    const { node } = value;
    const found = this.#groupFor(value);
    if (found !== undefined) {
      (found.item as Group).values.push(value);
      return found;
    }
    const item: Group = { kind: "group", values: [value] };
    const size = sizeOf(node.shape);
    if (size <= SMALL) return this.#append(item, this.#serialSlot(node.operands));
    if (this.#isBatched(node.shape)) {
      return this.#appendToBatch(item, node.operands, node.operands.map((view) => this.#isByRow(view)));
    }
    return this.#append(item, this.#freeSlot(node.operands), {
      isBatch: false,
      tasks: PARTS,
      items: [],
    });
  }

  /** A group that can compute a value too. */
  #groupFor(value: LoopValue): Place | undefined {
    const { node } = value;
    const size = sizeOf(node.shape);
    const candidates = new Set<Place>();
    const shared = new Set(node.operands.map((view) => view.value));
    for (const place of this.#places.values()) {
      const { item } = place;
      if (item.kind !== "group" || sizeOf(item.values[0].node.shape) !== size) continue;
      const isNear = item.values.some((other) =>
        shared.has(other) || other.node.operands.some((view) => shared.has(view.value))
      );
      if (isNear) candidates.add(place);
    }
    for (const place of candidates) {
      const group = place.item as Group;
      if (this.#canJoin(value, place)) return this.#places.get(group.values[0]);
    }
    return undefined;
  }

  #canJoin({ node }: LoopValue, { slot, family, item }: Place): boolean {
    const group = item as Group;
    const shapes = [...group.values.map((value) => value.node.shape), node.shape];
    if (commonSizes(family?.isBatch ? [...shapes, this.#rows(node.shape)] : shapes) === undefined) {
      return false;
    }
    return node.operands.every((view) => {
      const place = this.#places.get(view.value);
      if (place === undefined) return true;
      if (place.item === item) return isSameElement(view);
      if (place.slot !== slot) return place.slot < slot;
      if (place.family !== family) return family === undefined && place.family !== undefined;
      const items = family?.items ?? this.#slots[slot].serial;
      const isBefore = items.indexOf(place.item) < items.indexOf(item);
      return isBefore && (family === undefined || this.#isByRow(view));
    });
  }

  /** The first slot after all operands. */
  #freeSlot(operands: readonly View[]): number {
    return Math.max(0, ...operands.map((view) => (this.#places.get(view.value)?.slot ?? -1) + 1));
  }

  /** The slot at whose end all operands are there. */
  #serialSlot(operands: readonly View[]): number {
    return Math.max(0, ...operands.map((view) => this.#places.get(view.value)?.slot ?? 0));
  }

  /** Goes on with the rows of its operands in the slot that computes them, or takes the next. */
  #appendToBatch(item: Item, operands: readonly View[], byRow: readonly boolean[]): Place {
    const slot = this.#serialSlot(operands);
    const goesOn = operands.every((view, i) => {
      const place = this.#places.get(view.value);
      if (place === undefined || place.slot < slot) return true;
      return place.family?.isBatch === true && byRow[i];
    });
    return this.#appendTo(item, goesOn ? slot : slot + 1);
  }

  #appendTo(item: Item, slot: number): Place {
    const found = this.#slot(slot).families.find(({ isBatch }) => isBatch);
    if (found === undefined) {
      return this.#append(item, slot, { isBatch: true, tasks: PARTS, items: [] });
    }
    found.items.push(item);
    return { slot, family: found, item };
  }

  #append(item: Item, slot: number, family?: Family): Place {
    const { families, serial } = this.#slot(slot);
    (family?.items ?? serial).push(item);
    if (family === undefined) return { slot, item };
    families.push(family);
    return { slot, family, item };
  }

  #slot(index: number): Slot {
    while (this.#slots.length <= index) this.#slots.push({ families: [], serial: [] });
    return this.#slots[index];
  }

  #rows(shape: readonly number[]): number[] {
    return [this.#batchSize, sizeOf(shape) / this.#batchSize];
  }

  #isCutByRow(rows: number): boolean {
    return this.#batchSize >= MIN_ROWS && rows % this.#batchSize === 0;
  }

  #isBatched(shape: readonly number[]): boolean {
    const first = shape.find((size) => size > 1);
    return first !== undefined && this.#isCutByRow(first) &&
      commonSizes([shape, this.#rows(shape)]) !== undefined;
  }

  /** Whether a row of a view is in the same row of its value. */
  #isByRow(view: View): boolean {
    return isByRow(view, this.#batchSize);
  }
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
