import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Program, Value } from "./ir.ts";
import type { Item, Slot } from "./schedule.ts";
import { isWhole } from "./views.ts";

/** Where values are kept: a place in the memory of the step, in bytes. */
export interface Memory {
  readonly offsets: ReadonlyMap<Value, number>;
  readonly bytes: number;
  /** Whether a value is read by others than the group that computes it, or wanted. */
  readonly isKept: (value: Value) => boolean;
  /** New values of variables that are not computed in place, by the variable. */
  readonly copies: ReadonlyMap<Value, Value>;
}

/** A cache line, and the widest vector. */
const ALIGNMENT = 64;

interface Lifetime {
  readonly start: number;
  readonly item: Item;
  end: number;
}

/**
 * Gives every value a place. Values that are never needed at the same time share one; the new value
 * of a variable is computed where the old one is, if nothing reads that later.
 *
 * @param variables The variables by name.
 */
export function planMemory(
  { losses, updates }: Program,
  slots: readonly Slot[],
  variables: ReadonlyMap<string, Value>,
): Memory {
  const lifetimes = new Map<Value, Lifetime>();
  const readers = new Map<Value, Reader[]>();
  for (const { item, time } of itemsOf(slots)) {
    for (const value of item.kind === "group" ? item.values : item.results) {
      lifetimes.set(value, { start: time, end: time, item });
    }
    const nodes = item.kind === "group" ? item.values.map(({ node }) => node) : [item.node];
    for (const { value } of nodes.flatMap((node) => node.operands)) {
      const own = lifetimes.get(value);
      if (own !== undefined) own.end = Math.max(own.end, time);
      if (!readers.has(value)) readers.set(value, []);
      readers.get(value)!.push({ item, time });
    }
  }
  const last = 2 * slots.length;
  for (const { value } of [...Object.values(losses), ...Object.values(updates)]) {
    const own = lifetimes.get(value);
    if (own !== undefined) own.end = last;
  }
  const isKept = (value: Value) => {
    const own = lifetimes.get(value);
    return own === undefined || value.node.kind !== "map" || own.end === last ||
      readers.get(value)!.some(({ item }) => item !== own.item);
  };

  const inPlace = new Map<Value, Value>();
  const copies = new Map<Value, Value>();
  for (const [name, { value }] of Object.entries(updates)) {
    if (value.size === 0) continue;
    const variable = variables.get(name)!;
    const { start, item } = lifetimes.get(value)!;
    const isFree = !inPlace.has(value) &&
      (readers.get(variable) ?? []).every((reader) =>
        reader.time < start || reader.item === item && readsInPlace(item, variable)
      );
    if (isFree) inPlace.set(value, variable);
    else copies.set(variable, value);
  }

  const given = [...new Set([...readers.keys(), ...variables.values()])].filter(({ node }) =>
    node.kind === "given" && node.role !== "per step"
  );
  const offsets = new Map<Value, number>();
  let bytes = 0;
  for (const value of given) {
    offsets.set(value, bytes);
    bytes += bytesOf(value);
  }
  const heirs = takenOver(lifetimes, readers, isKept, inPlace);
  const placed: { readonly from: number; readonly to: number; readonly life: Lifetime }[] = [];
  const others = [...lifetimes].filter(([value]) =>
    isKept(value) && !inPlace.has(value) && !heirs.has(value)
  )
    .sort(([a], [b]) => bytesOf(b) - bytesOf(a) || a.id - b.id);
  const base = bytes;
  for (const [value, life] of others) {
    const rivals = placed.filter(({ life: { start, end } }) =>
      start <= life.end && life.start <= end
    )
      .sort((a, b) => a.from - b.from);
    let from = base;
    for (const rival of rivals) {
      if (rival.from >= from + bytesOf(value)) break;
      from = Math.max(from, rival.to);
    }
    const to = from + bytesOf(value);
    placed.push({ from, to, life });
    offsets.set(value, from);
    bytes = Math.max(bytes, to);
  }
  for (const [value, operand] of heirs) offsets.set(value, offsets.get(operand)!);
  for (const [value, variable] of inPlace) offsets.set(value, offsets.get(variable)!);
  return { offsets, bytes, isKept, copies };
}

interface Reader {
  readonly item: Item;
  readonly time: number;
}

/**
 * Values of groups that are computed where an operand is that nothing reads later, by that operand,
 * which lives on as long.
 */
function takenOver(
  lifetimes: ReadonlyMap<Value, Lifetime>,
  readers: ReadonlyMap<Value, readonly Reader[]>,
  isKept: (value: Value) => boolean,
  inPlace: ReadonlyMap<Value, Value>,
): Map<Value, Value> {
  const heirs = new Map<Value, Value>();
  const taken = new Set<Value>();
  const owner = (value: Value): Value => heirs.has(value) ? owner(heirs.get(value)!) : value;
  for (const [value, { start, end, item }] of lifetimes) {
    if (item.kind !== "group" || value.node.kind !== "map") continue;
    if (!isKept(value) || inPlace.has(value)) continue;
    const operand = item.values.flatMap(({ node }) => node.operands).map((view) => view.value)
      .find((operand) => {
        const life = lifetimes.get(operand);
        return life !== undefined && life.item !== item && life.end === start &&
          !taken.has(operand) && !inPlace.has(operand) && isKept(operand) &&
          bytesOf(operand) === bytesOf(value) &&
          (operand.dtype === "bool") === (value.dtype === "bool") &&
          readers.get(operand)!.every((reader) =>
            reader.time < start || (reader.item === item && readsInPlace(item, operand))
          );
      });
    if (operand === undefined) continue;
    taken.add(operand);
    heirs.set(value, owner(operand));
    const life = lifetimes.get(owner(operand))!;
    life.end = Math.max(life.end, end);
  }
  return heirs;
}

/** Items in their order, and when they run: slots at even times, what is serial at odd ones. */
function* itemsOf(slots: readonly Slot[]) {
  for (const [slot, { families, serial }] of slots.entries()) {
    for (const item of families.flatMap(({ items }) => items)) yield { item, time: 2 * slot };
    for (const item of serial) yield { item, time: 2 * slot + 1 };
  }
}

/** Whether a group reads of a variable only the element that it computes. */
function readsInPlace(item: Item, variable: Value): boolean {
  return item.kind === "group" &&
    item.values.every(({ node }) =>
      node.operands.every((view) =>
        view.value !== variable || (isWhole(view) && sizeOf(view.shape) === variable.size)
      )
    ) && sizeOf(item.values[0].node.shape) === variable.size;
}

function bytesOf({ dtype, size }: Value): number {
  const bytes = size * (dtype === "bool" ? 1 : 4);
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
