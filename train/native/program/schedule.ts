import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { CallNode, Program, Value, View } from "./ir.ts";
import { MIN_ROWS, PARTS, SMALL } from "./ir.ts";
import { commonSizes, isSameElement, type LoopValue } from "./loops.ts";
import { isByRow, neededBy, readOnce } from "./needs.ts";
import { isNumber } from "./views.ts";

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
  const wanted = [...Object.values(losses), ...Object.values(updates)];
  const needed = neededBy(wanted, values);
  return new Scheduler(batchSize, readOnce(needed, wanted)).run(needed);
}

class Scheduler {
  readonly #slots: Slot[] = [];
  readonly #places = new Map<Value, Place>();

  /** @param waiting Values that wait for their only reader, to be computed with it. */
  constructor(readonly batchSize: number, readonly waiting: ReadonlySet<Value>) {}

  run(values: readonly Value[]): Slot[] {
    const calls = new Map<CallNode, Place>();
    for (const value of values) {
      const { node } = value;
      if (node.kind === "given" || isNumber(value) || value.size === 0) continue;
      if (this.waiting.has(value)) continue;
      if (node.kind !== "call") {
        this.#placeLoop(value as LoopValue);
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
      const rowwise = operands.map((view, i) => byRow[i] && isByRow(view, this.batchSize));
      return this.#appendToBatch(item, operands, rowwise);
    }
    const tasks = "rows" in work ? PARTS : work.tasks;
    return this.#append(item, this.#freeSlot(operands), { isBatch: false, tasks, items: [] });
  }

  /** Places a value with all that has waited for it. */
  #placeLoop(value: LoopValue): Place {
    const values = this.#withWaiting(value);
    const operands = values.flatMap(({ node }) => node.operands)
      .filter((view) => !values.includes(view.value as LoopValue));
    const place = this.#groupFor(values, operands) ?? this.#newGroup(values, operands);
    for (const each of values) {
      (place.item as Group).values.push(each);
      this.#places.set(each, place);
    }
    return place;
  }

  #withWaiting(value: LoopValue): LoopValue[] {
    const waited = new Set(value.node.operands.map((view) => view.value));
    return [...waited].filter((each) => this.waiting.has(each))
      .flatMap((each) => this.#withWaiting(each as LoopValue)).concat(value);
  }

  #newGroup(values: readonly LoopValue[], operands: readonly View[]): Place {
    const item: Group = { kind: "group", values: [] };
    const shapes = values.map(({ node }) => node.shape);
    if (sizeOf(shapes[0]) <= SMALL) return this.#append(item, this.#serialSlot(operands));
    if (this.#isBatched(shapes)) {
      return this.#appendToBatch(
        item,
        operands,
        operands.map((view) => isByRow(view, this.batchSize)),
      );
    }
    const family = { isBatch: false, tasks: PARTS, items: [] };
    return this.#append(item, this.#freeSlot(operands), family);
  }

  /** A group that can compute some values too. */
  #groupFor(values: readonly LoopValue[], operands: readonly View[]): Place | undefined {
    const size = sizeOf(values[0].node.shape);
    const candidates = new Set<Place>();
    const shared = new Set(operands.map((view) => view.value));
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
      if (this.#canJoin(values, operands, place)) return this.#places.get(group.values[0]);
    }
    return undefined;
  }

  #canJoin(
    values: readonly LoopValue[],
    operands: readonly View[],
    { slot, family, item }: Place,
  ): boolean {
    const shapes = [...(item as Group).values, ...values].map(({ node }) => node.shape);
    const fits = family?.isBatch ? this.#haveRows(shapes) : commonSizes(shapes) !== undefined;
    if (!fits) return false;
    return operands.every((view) => {
      const place = this.#places.get(view.value);
      if (place === undefined) return true;
      if (place.item === item) return isSameElement(view);
      if (place.slot !== slot) return place.slot < slot;
      if (place.family !== family) return family === undefined && place.family !== undefined;
      const items = family?.items ?? this.#slots[slot].serial;
      const isBefore = items.indexOf(place.item) < items.indexOf(item);
      return isBefore && (family === undefined || isByRow(view, this.batchSize));
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

  /** Whether the outermost loop of shapes can be that of the rows: `[2, 64, 9]` cuts 128 of them. */
  #haveRows(shapes: readonly (readonly number[])[]): boolean {
    const rows = [this.batchSize, sizeOf(shapes[0]) / this.batchSize];
    return commonSizes([...shapes, rows])?.[0] === this.batchSize;
  }

  #isCutByRow(rows: number): boolean {
    return this.batchSize >= MIN_ROWS && rows % this.batchSize === 0;
  }

  #isBatched(shapes: readonly (readonly number[])[]): boolean {
    const first = shapes.at(-1)!.find((size) => size > 1);
    return first !== undefined && this.#isCutByRow(first) && this.#haveRows(shapes);
  }
}
