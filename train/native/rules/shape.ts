import { slice_util, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import { broadcast } from "../program/views.ts";
import { C_TYPES, type View } from "../program/ir.ts";
import type { CRule, CRuleTable } from "./rule.ts";

const reshape: CRule = (b, inputs, _attrs, [{ shape }]) =>
  b.reshape(Object.values(inputs)[0], shape);

/** The view with its axes in another order. */
export function transpose(view: View, perm: readonly number[]): View {
  const { shape, strides } = view;
  return {
    ...view,
    shape: perm.map((axis) => shape[axis]),
    strides: perm.map((axis) => strides[axis]),
  };
}

/** Every `steps`-th element from `begin` on along each axis. */
export function slice(
  view: View,
  begin: readonly number[],
  shape: readonly number[],
  steps: readonly number[] = shape.map(() => 1),
): View {
  const { strides, offset } = view;
  return {
    ...view,
    shape,
    strides: strides.map((stride, axis) => stride * steps[axis]),
    offset: begin.reduce((sum, start, axis) => sum + start * strides[axis], offset),
  };
}

/** The view with some axes from their ends on. */
export function reverse(view: View, axes: readonly number[]): View {
  const begin = view.shape.map((size, axis) => axes.includes(axis) ? size - 1 : 0);
  return slice(view, begin, view.shape, view.shape.map((_, axis) => axes.includes(axis) ? -1 : 1));
}

/** Parts put beside each other along an axis; each is copied to its place. */
export function concat(b: Builder, parts: readonly View[], axis: number): View {
  const [{ value: { dtype } }] = parts;
  const shape = parts[0].shape.with(axis, parts.reduce((sum, part) => sum + part.shape[axis], 0));
  const inner = sizeOf(shape.slice(axis + 1));
  const width = shape[axis] * inner;
  let start = 0;
  const copies = parts.map((part) => {
    const size = part.shape[axis] * inner;
    const copy = { size, start };
    start += size;
    return copy;
  });
  const bytes = `sizeof(${C_TYPES[dtype]})`;
  const outer = sizeOf(shape.slice(0, axis));
  // Along the first axis the rows of the parts are not those of the result.
  const isByRow = axis > 0;
  const [whole] = b.call({
    label: "Concat",
    operands: parts.map((part) => b.whole(part)),
    work: isByRow ? { rows: outer } : "serial",
    byRow: parts.map(() => isByRow),
    body: ({ operands, results: [y] }) =>
      operands.map((x, i) => {
        const { size, start } = copies[i];
        const copy = (o: string) =>
          `memcpy(${y} + ${o} * ${width} + ${start}, ${x} + ${o} * ${size}, ${size} * ${bytes});`;
        return isByRow ? `for (long o = from; o < to; o++) ${copy("o")}` : copy("0L");
      }).join("\n"),
  }, [{ shape, dtype }]);
  return whole;
}

/** Kernels that move, repeat or name elements and compute nothing: most are another view. */
export const shapes: CRuleTable = {
  Identity: (_b, { x }) => x,
  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: (_b, { x }, { perm }) => transpose(x, perm),
  Tile: (b, { x }, { reps }: { reps: number[] }, [{ shape }]) => {
    // Each axis as two, the repeats before the elements.
    const apart = x.shape.flatMap((size, axis) => [x.shape[axis] === 1 ? size : 1, size]);
    const split = b.reshape(x, apart.map((size, i) => i % 2 === 0 ? 1 : size));
    return b.reshape(broadcast(split, x.shape.flatMap((size, axis) => [reps[axis], size])), shape);
  },
  Concat: (b, inputs, { axis }) => {
    const parts = Object.values(inputs);
    return concat(b, parts, util.parseAxisParam(axis, [...parts[0].shape])[0]);
  },
  Pack: (b, inputs, { axis }, [{ shape }]) => {
    const parts = Object.values(inputs);
    const along = axis < 0 ? axis + shape.length : axis;
    const one = shape.with(along, 1);
    return concat(b, parts.map((part) => b.reshape(part, one)), along);
  },
  Unpack: (_b, { value: { shape, strides, offset, value } }, { axis }, results) => {
    const [along] = util.parseAxisParam(axis, [...shape]);
    return results.map((result, i) => ({
      value,
      shape: result.shape,
      strides: strides.filter((_, other) => other !== along),
      offset: offset + i * strides[along],
    }));
  },
  Slice: (_b, { x }, { begin, size }, [{ shape }]) => {
    const [starts] = slice_util.parseSliceParams({ shape: [...x.shape] } as never, begin, size);
    return slice(x, starts, shape);
  },
  StridedSlice: (b, { x }, attrs, [{ shape }]) => {
    const info = slice_util.sliceInfo(
      [...x.shape],
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    if (info.isIdentity) return b.reshape(x, shape);
    const sizes = slice_util.computeOutShape(info.begin, info.end, info.strides);
    return b.reshape(
      slice(x, info.begin, sizes.map((size) => Math.max(0, size)), info.strides),
      shape,
    );
  },
  SplitV: (_b, { x }, { axis }, results) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    let start = 0;
    return results.map(({ shape }) => {
      const begin = shape.map((_, other) => other === along ? start : 0);
      start += shape[along];
      return slice(x, begin, shape);
    });
  },
  Reverse: (_b, { x }, { dims }) => reverse(x, util.parseAxisParam(dims, [...x.shape])),
  FlipLeftRight: (_b, { image }) => reverse(image, [2]),
};
