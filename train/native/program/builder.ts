import { type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { broadcastShapes } from "../../../lib/onnx/mod.ts";
import { repeatedElement } from "../../record/recording/operation.ts";
import {
  type CallNode,
  type Combine,
  type Given,
  type MapNode,
  type Node,
  PARTS,
  SMALL,
  type Value,
  type ValueType,
  type View,
} from "./ir.ts";

import {
  broadcast,
  dense,
  describe,
  isNumber,
  isWhole,
  literal,
  reshapedStrides,
} from "./views.ts";

/** How two elements become one, and what changes no element. */
export const COMBINES: Readonly<
  Record<Combine, { of: (a: string, b: string) => string; start: Record<ValueType, string> }>
> = {
  sum: { of: (a, b) => `${a} + ${b}`, start: { float32: "0", int32: "0", bool: "0" } },
  product: { of: (a, b) => `${a} * ${b}`, start: { float32: "1", int32: "1", bool: "1" } },
  max: {
    of: (a, b) => `k_max(${a}, ${b})`,
    start: { float32: "-INFINITY", int32: "INT32_MIN", bool: "0" },
  },
  min: {
    of: (a, b) => `k_min(${a}, ${b})`,
    start: { float32: "INFINITY", int32: "INT32_MAX", bool: "1" },
  },
};

/** Makes the nodes of a program; equal ones once. */
export class Builder {
  readonly values: Value[] = [];
  readonly #known = new Map<string, View[]>();

  constructor(readonly batchSize: number) {}

  /** What is there before the step runs. */
  given(node: Omit<Given, "kind">, dtype: ValueType): View {
    return dense(this.#value({ kind: "given", ...node }, dtype, sizeOf(node.shape)), node.shape);
  }

  /** The same number everywhere. */
  number(value: number, dtype: ValueType = "float32", shape: readonly number[] = []): View {
    const view = this.map(dtype, [], () => literal(value, dtype), `number ${value}`);
    return broadcast(view, shape);
  }

  /** Values that are known. */
  constant(array: NdArray): View {
    const { dtype, shape, data } = array;
    const element = repeatedElement(array);
    if (element !== undefined) return this.number(Number(data[0]), dtype as ValueType, shape);
    const key = `constant ${dtype} ${data.join()}`;
    const [view] = this.#once(key, () => {
      const name = `constant_${this.values.length}`;
      return [this.given({ role: "constant", name, shape, array }, dtype as ValueType)];
    });
    return dense(view.value, shape);
  }

  /**
   * A function of each element of operands, which are broadcast. Axes along which no operand varies
   * are not computed.
   */
  map(
    dtype: ValueType,
    operands: readonly View[],
    expression: MapNode["expression"],
    label: string,
  ): View {
    const full = broadcastShapes(operands.map(({ shape }) => shape));
    const views = operands.map((operand) => broadcast(operand, full));
    const varies = full.map((_, axis) => views.some(({ strides }) => strides[axis] !== 0));
    const shape = full.map((size, axis) => varies[axis] ? size : 1);
    const own = views.map((view) => ({ ...view, shape }));
    const node: MapNode = { kind: "map", label, shape, operands: own, expression };
    const [small] = this.#once(
      keyOf(dtype, own, expression),
      () => [dense(this.#value(node, dtype, sizeOf(shape)), shape)],
    );
    return broadcast(small, full);
  }

  /** What {@linkcode map} has made before of whole operands of one shape. */
  known(
    dtype: ValueType,
    operands: readonly View[],
    expression: MapNode["expression"],
  ): View | undefined {
    return this.#known.get(keyOf(dtype, operands, expression))?.[0];
  }

  /** Reduces axes of a view, which stay as axes of size 1. */
  reduce(view: View, axes: readonly number[], combine: Combine): View {
    const { shape, value: { dtype } } = view;
    const reduced = shape.map((size, axis) => axes.includes(axis) && size !== 1);
    if (!reduced.includes(true)) return view;
    const kept = shape.map((size, axis) => reduced[axis] ? 1 : size);
    if (shape.includes(0)) {
      // The text of a number of C.
      const { start } = COMBINES[combine];
      return broadcast(this.map(dtype, [], () => start[dtype], `${combine} of none`), kept);
    }
    const first = shape.findIndex((size) => size > 1);
    const inParts = reduced[first] && sizeOf(shape) > SMALL;
    const key = `reduce ${combine} ${reduced} ${describe(view)}`;
    return this.#once(key, () => {
      const node: Node = {
        kind: "reduce",
        label: combine,
        shape,
        operands: [view],
        reduced,
        combine,
        inParts,
      };
      const value = this.#value(node, dtype, (inParts ? PARTS : 1) * sizeOf(kept));
      if (!inParts) return [dense(value, kept)];
      return [this.addParts(dense(value, [PARTS, ...kept]), combine)];
    })[0];
  }

  /** Of a value `[PARTS, …]` all parts as one. */
  addParts(view: View, combine: Combine = "sum"): View {
    const [, ...shape] = view.shape;
    const parts = Array.from({ length: PARTS }, (_, part): View => ({
      value: view.value,
      shape,
      strides: view.strides.slice(1),
      offset: view.offset + part * view.strides[0],
    }));
    const { of } = COMBINES[combine];
    return this.map(view.value.dtype, parts, (...each) => each.reduce(of), `${combine} of parts`);
  }

  /** A kernel with loops of its own; results in parts have an axis of them before their own. */
  call(
    node: Omit<CallNode, "kind">,
    results: readonly { readonly shape: readonly number[]; readonly dtype?: ValueType }[],
  ): View[] {
    const call: CallNode = { kind: "call", ...node };
    return results.map(({ shape, dtype = "float32" }) =>
      dense(this.#value(call, dtype, sizeOf(shape)), shape)
    );
  }

  /** 0 to `count - 1`. */
  range(count: number): View {
    return this.constant(
      ndarray("int32", [count], Int32Array.from({ length: count }, (_, i) => i)),
    );
  }

  /** The view in one piece, so that a kernel can read it in order. */
  whole(view: View): View {
    if (isNumber(view.value)) return this.#spread(view);
    if (isWhole(view)) return view;
    const copy = this.map(view.value.dtype, [view], (x) => x, "copy");
    if (isWhole(copy)) return copy;
    // Axes along which it does not vary are written out.
    return this.#spread(copy);
  }

  /** The view as a value of its own, all of it and in order. */
  stored(view: View): View {
    return view.value.node.kind === "given" || !isWhole(view) || isNumber(view.value)
      ? this.#spread(view)
      : view;
  }

  /** The view in another shape with as many elements. */
  reshape(view: View, shape: readonly number[]): View {
    const strides = reshapedStrides(view, shape);
    if (strides !== undefined) return { ...view, shape, strides };
    return dense(this.whole(view).value, shape);
  }

  #spread(view: View): View {
    const key = `spread ${describe(view)}`;
    return this.#once(key, () => {
      const { shape, value: { dtype } } = view;
      const node: MapNode = {
        kind: "map",
        label: "spread",
        shape,
        operands: [view],
        expression: (x) => x,
      };
      return [dense(this.#value(node, dtype, sizeOf(shape)), shape)];
    })[0];
  }

  #once(key: string, make: () => View[]): View[] {
    const found = this.#known.get(key) ?? make();
    this.#known.set(key, found);
    return found;
  }

  #value(node: Node, dtype: ValueType, size: number): Value {
    const value: Value = { id: this.values.length, dtype, size, node };
    this.values.push(value);
    return value;
  }
}

/** A text that is equal for equal maps. */
function keyOf(
  dtype: ValueType,
  operands: readonly View[],
  expression: MapNode["expression"],
): string {
  const text = expression(...operands.map((_, i) => `$${i}`));
  return `map ${dtype} ${text} ${operands.map(describe)}`;
}
