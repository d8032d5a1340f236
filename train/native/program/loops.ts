import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { MapNode, ReduceNode, Value, View } from "./ir.ts";
import { isNumber, isWhole, stridesOf } from "./views.ts";

/** A value that is computed element by element. */
export type LoopValue = Value & { readonly node: MapNode | ReduceNode };

/** What a group of element-wise nodes reads or writes, with a stride for each of its loops. */
export interface Access {
  readonly value: Value;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The loops of a group, from the outermost in, and how each node's elements are found in them. */
export interface Loops {
  readonly sizes: readonly number[];
  /** Of the operands of each value that are read from memory; `undefined` for a value of the group. */
  readonly reads: ReadonlyMap<Value, readonly (Access | undefined)[]>;
  /** Where each value's elements are, as far as they are kept in memory. */
  readonly writes: ReadonlyMap<Value, Access>;
  /** Whether each loop is one that a reduction reduces. */
  readonly reduced: ReadonlyMap<Value, readonly boolean[]>;
}

/**
 * The sizes of the loops that several shapes of as many elements have in common, or `undefined` if
 * they cut them differently, as `[2, 3]` and `[3, 2]` do.
 */
export function commonSizes(shapes: readonly (readonly number[])[]): number[] | undefined {
  const products = new Set<number>([1]);
  for (const shape of shapes) {
    let product = 1;
    for (const size of shape.toReversed()) products.add(product *= size);
  }
  const chain = [...products].sort((a, b) => b - a);
  const sizes: number[] = [];
  for (let i = 0; i + 1 < chain.length; i++) {
    if (chain[i] % chain[i + 1] !== 0) return undefined;
    sizes.push(chain[i] / chain[i + 1]);
  }
  return sizes;
}

/** The loops of values that have as many elements; the first has `rows` rounds where it is given. */
export function loopsOf(values: readonly LoopValue[], rows?: number): Loops {
  const count = sizeOf(values[0].node.shape);
  const shapes = values.map(({ node }) => node.shape);
  const sizes = commonSizes(rows === undefined ? shapes : [...shapes, [rows, count / rows]])!;
  const own = new Set<Value>(values);
  const access = ({ value, offset, strides, shape }: View): Access => ({
    value,
    offset,
    strides: split(shape, strides, sizes),
  });
  const reads = new Map(values.map((value) => [
    value as Value,
    value.node.operands.map((view) =>
      own.has(view.value) || isNumber(view.value) ? undefined : access(view)
    ),
  ]));
  const writes = new Map(values.map((value): [Value, Access] => {
    const { node } = value;
    if (node.kind === "map") return [value, access(viewOf(value, node.shape))];
    const kept = node.shape.map((size, axis) => node.reduced[axis] ? 1 : size);
    const strides = stridesOf(kept).map((stride, axis) => node.reduced[axis] ? 0 : stride);
    return [value, access({ value, shape: node.shape, strides, offset: 0 })];
  }));
  const reduced = new Map(
    values.filter(({ node }) => node.kind === "reduce").map((value): [Value, boolean[]] => {
      const { shape, reduced } = value.node as ReduceNode;
      return [value, split(shape, reduced.map(Number), sizes).map((stride) => stride !== 0)];
    }),
  );
  return join({ sizes, reads, writes, reduced }, rows !== undefined);
}

function viewOf(value: Value, shape: readonly number[]): View {
  return { value, shape, strides: stridesOf(shape), offset: 0 };
}

/** Strides of axes as strides of loops, which cut the axes into smaller ones. */
function split(
  shape: readonly number[],
  strides: readonly number[],
  sizes: readonly number[],
): number[] {
  const result = Array<number>(sizes.length).fill(0);
  let axis = shape.length - 1;
  let step = 1;
  for (let loop = sizes.length - 1; loop >= 0; loop--) {
    while (axis >= 0 && step === shape[axis]) {
      axis--;
      step = 1;
    }
    if (axis < 0) break;
    result[loop] = strides[axis] * step;
    step *= sizes[loop];
  }
  return result;
}

/** Makes one loop of neighbours that every access goes through as if they were one. */
function join(loops: Loops, keepFirst: boolean): Loops {
  const all = [...loops.reads.values()].flat().filter((access) => access !== undefined)
    .concat(...loops.writes.values());
  const { sizes } = loops;
  const isJoined = (loop: number) =>
    all.every(({ strides }) => strides[loop] === strides[loop + 1] * sizes[loop + 1]) &&
    [...loops.reduced.values()].every((reduced) => reduced[loop] === reduced[loop + 1]);
  // Of each run of joined loops the last one stays, with the size of them all.
  const kept: number[] = [];
  const joinedSizes: number[] = [];
  let size = 1;
  sizes.forEach((each, loop) => {
    size *= each;
    const isLast = loop === sizes.length - 1;
    if (!isLast && isJoined(loop) && !(keepFirst && loop === 0)) return;
    kept.push(loop);
    joinedSizes.push(size);
    size = 1;
  });
  const pick = <T>(values: readonly T[]) => kept.map((loop) => values[loop]);
  const picked = (access: Access): Access => ({ ...access, strides: pick(access.strides) });
  return {
    sizes: joinedSizes,
    reads: new Map([...loops.reads].map(([value, reads]) => [
      value,
      reads.map((access) => access && picked(access)),
    ])),
    writes: new Map([...loops.writes].map(([value, access]) => [value, picked(access)])),
    reduced: new Map([...loops.reduced].map(([value, each]) => [value, pick(each)])),
  };
}

/** Whether a view of a value of a group has the group's elements, each where it is computed. */
export function isSameElement(view: View): boolean {
  return view.value.node.kind === "map" && isWhole(view);
}
