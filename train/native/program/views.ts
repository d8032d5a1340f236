import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Value, ValueType, View } from "./ir.ts";

/** The strides of elements that lie one after another. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/** Whether a view is all of its value, in order. */
export function isWhole({ value, shape, strides, offset }: View): boolean {
  if (offset !== 0 || shape.reduce((a, b) => a * b, 1) !== value.size) return false;
  const dense = stridesOf(shape);
  return shape.every((size, i) => size === 1 || strides[i] === dense[i]);
}

/** Whether a value is a number that the text holds, and takes no memory. */
export function isNumber({ node }: Value): boolean {
  return node.kind === "map" && node.operands.length === 0;
}

/** All of a value, in a shape. */
export function dense(value: Value, shape: readonly number[]): View {
  return {
    value,
    shape,
    strides: stridesOf(shape).map((s, i) => shape[i] === 1 ? 0 : s),
    offset: 0,
  };
}

/** A view repeated along axes of size 1 and along new first axes. */
export function broadcast(view: View, shape: readonly number[]): View {
  const added = shape.length - view.shape.length;
  const strides = shape.map((_, axis) =>
    axis < added || view.shape[axis - added] === 1 ? 0 : view.strides[axis - added]
  );
  return { ...view, shape, strides };
}

/** A number as C writes it. */
export function literal(value: number, dtype: ValueType): string {
  if (dtype !== "float32") return `${value}`;
  if (Number.isNaN(value)) return "NAN";
  if (!Number.isFinite(value)) return value < 0 ? "-INFINITY" : "INFINITY";
  const text = Object.is(value, -0) ? "-0" : String(Math.fround(value));
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

export function describe({ value, shape, strides, offset }: View): string {
  return `${value.id}@${offset}[${shape}](${strides})`;
}

/** The strides of a view in another shape; `undefined` where none give the same order. */
export function reshapedStrides(view: View, shape: readonly number[]): number[] | undefined {
  const old = view.shape.map((size, axis) => ({ size, stride: view.strides[axis] }))
    .filter(({ size }) => size !== 1);
  if (sizeOf(shape) === 0) return shape.map(() => 0);
  const strides = Array<number>(shape.length).fill(0);
  let axis = shape.length - 1;
  for (let i = old.length - 1; i >= 0; i--) {
    let { size } = old[i];
    const { stride } = old[i];
    // As many old axes as run on in one piece are one.
    while (i > 0 && old[i - 1].stride === stride * size) {
      size *= old[--i].size;
    }
    for (let step = stride; size > 1;) {
      if (axis < 0 || size % shape[axis] !== 0) return undefined;
      if (shape[axis] !== 1) strides[axis] = step;
      step *= shape[axis];
      size /= shape[axis--];
    }
  }
  return strides;
}
