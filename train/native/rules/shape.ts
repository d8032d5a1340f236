import { backend_util, slice_util, util } from "@tensorflow/tfjs-core";
import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { broadcast, type Builder } from "../builder.ts";
import { C_TYPES, type View } from "../ir.ts";
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

function reverse(view: View, axes: readonly number[]): View {
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

/** The view with a number around it. */
export function pad(
  b: Builder,
  view: View,
  paddings: readonly (readonly [number, number])[],
  fill: string,
): View {
  const x = b.whole(view);
  const shape = view.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);
  const { dtype } = view.value;
  const last = shape.length - 1;
  const loops = view.shape.slice(0, -1).map((size, axis) =>
    `for (long i${axis} = 0; i${axis} < ${size}; i${axis}++)`
  );
  const index = (sizes: readonly number[], starts: readonly number[]) =>
    sizes.slice(0, -1).reduce(
      (text, size, axis) => `(${text} * ${size} + i${axis} + ${starts[axis]})`,
      "0L",
    ) + ` * ${sizes[last]} + ${starts[last]}`;
  const [padded] = b.call({
    label: "Pad",
    operands: [x],
    work: "serial",
    body: ({ operands: [x], results: [y] }) =>
      `for (long i = 0; i < ${sizeOf(shape)}; i++) ${y}[i] = ${fill};
${loops.join("\n")}
  memcpy(${y} + ${index(shape, paddings.map(([before]) => before))},
         ${x} + ${index(view.shape, paddings.map(() => 0))}, ${view.shape[last]} * sizeof(*${y}));`,
  }, [{ shape, dtype }]);
  return padded;
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
    return b.reshape(slice(x, info.begin, sizes.map((size) => Math.max(0, size)), info.strides), shape);
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
  PadV2: (b, { x }, { paddings, constantValue }) =>
    pad(b, x, paddings, x.value.dtype === "bool" ? `${Number(constantValue)}` : String(constantValue)),
  DepthToSpace: (b, { x }, { blockSize: block, dataFormat }, [{ shape }]) => {
    if (dataFormat === "NHWC") {
      const [batch, height, width, depth] = x.shape;
      const split = b.reshape(x, [batch, height, width, block, block, depth / block ** 2]);
      return b.reshape(transpose(split, [0, 1, 3, 2, 4, 5]), shape);
    }
    const [batch, depth, height, width] = x.shape;
    const split = b.reshape(x, [batch, block, block, depth / block ** 2, height, width]);
    return b.reshape(transpose(split, [0, 3, 4, 1, 5, 2]), shape);
  },
  SpaceToBatchND: (b, { x }, { blockShape, paddings }) => {
    const count = sizeOf(blockShape);
    const rest = x.shape.slice(1 + blockShape.length).map((): [number, number] => [0, 0]);
    const padded = pad(b, x, [[0, 0], ...paddings, ...rest], "0");
    const shape = [...padded.shape];
    const split = b.reshape(padded, backend_util.getReshaped(shape, blockShape, count, false));
    const perm = backend_util.getPermuted(split.shape.length, blockShape.length, false);
    return b.reshape(
      transpose(split, perm),
      backend_util.getReshapedPermuted(shape, blockShape, count, false),
    );
  },
  BatchToSpaceND: (b, { x }, { blockShape, crops }) => {
    const count = sizeOf(blockShape);
    const shape = [...x.shape];
    const split = b.reshape(x, backend_util.getReshaped(shape, blockShape, count));
    const perm = backend_util.getPermuted(split.shape.length, blockShape.length);
    const flat = backend_util.getReshapedPermuted(shape, blockShape, count);
    const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
    const size = backend_util.getSliceSize(flat, crops, blockShape.length);
    return slice(b.reshape(transpose(split, perm), flat), begin, size);
  },
};

/** Kernels that make tensors from numbers. */
export const fills: CRuleTable = {
  Fill: (b, _inputs, { value }, [{ shape, dtype }]) => b.number(Number(value), dtype, shape),
  ZerosLike: (b, _inputs, _attrs, [{ shape, dtype }]) => b.number(0, dtype, shape),
  OnesLike: (b, _inputs, _attrs, [{ shape, dtype }]) => b.number(1, dtype, shape),
  Range: (b, _inputs, { start, stop, step }, [{ shape: [count], dtype }]) =>
    sequence(b, count, dtype, start, stop < start && step === 1 ? -1 : step),
  LinSpace: (b, _inputs, { start, stop, num }, [{ dtype }]) =>
    sequence(b, num, dtype, start, num > 1 ? (stop - start) / (num - 1) : 0),
  OneHot: (b, { indices }, { depth, onValue, offValue }, [{ shape, dtype }]) => {
    const column = b.reshape(indices, [...indices.shape, 1]);
    const of = (chosen: string, place: string) =>
      `${chosen} == ${place} ? ${Number(onValue)} : ${Number(offValue)}`;
    return broadcast(b.map(dtype, [column, b.range(depth)], of, "OneHot"), shape);
  },
  Diag: (b, { x }, _attrs, [{ shape, dtype }]) => {
    const size = sizeOf(x.shape);
    const row = b.range(size);
    const operands = [b.reshape(row, [size, 1]), row, b.reshape(x, [size])];
    const matrix = b.map(dtype, operands, (i, j, x) => `${i} == ${j} ? ${x} : 0`, "Diag");
    return b.reshape(matrix, shape);
  },
};

/** start + step * i for i from 0 to count - 1. */
function sequence(b: Builder, count: number, dtype: "float32" | "int32" | "bool", start: number, step: number): View {
  const numbers = Array.from({ length: count }, (_, i) => start + step * i);
  return b.constant(
    dtype === "float32"
      ? ndarray("float32", [count], Float32Array.from(numbers, (_, i) => Math.fround(Math.fround(i) * Math.fround(step)) + Math.fround(start)))
      : ndarray("int32", [count], Int32Array.from(numbers)),
  );
}
