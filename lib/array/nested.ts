import { type NdArray, ndarray, sizeOf } from "./ndarray.ts";

/** An array as JSON has it: lists of lists of numbers. */
export type Nested = number | readonly Nested[];

/** An array as nested lists. */
export function toNested({ shape, data }: NdArray<"float64">): Nested {
  if (shape.length <= 1) return [...data];
  const stride = sizeOf(shape.slice(1));
  return Array.from({ length: shape[0] }, (_, i) =>
    toNested({
      dtype: "float64",
      shape: shape.slice(1),
      data: data.subarray(i * stride, (i + 1) * stride),
    }));
}

/** Nested lists as an array, or undefined if they do not have the shape. */
export function fromNested(
  nested: unknown,
  shape: readonly number[],
): NdArray<"float64"> | undefined {
  const fits = (value: unknown, axis: number): boolean =>
    Array.isArray(value)
      ? value.length === shape[axis] && value.every((inner) => fits(inner, axis + 1))
      : typeof value === "number" && axis === shape.length;
  if (!fits(nested, 0)) return undefined;
  return ndarray("float64", shape, Float64Array.from(flatten(nested as Nested)));
}

function flatten(nested: Nested): readonly number[] {
  return typeof nested === "number" ? [nested] : nested.flatMap(flatten);
}
