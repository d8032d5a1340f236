import { hasCounts } from "../recording/counted.ts";
import { backend_util, slice_util, util } from "@tensorflow/tfjs-core";
import { op, type Operation, recordOperation, resolve } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { BEFORE_FIRST, reversed } from "./layout.ts";

/** The shape that each recorded `Reshape` started from. */
const ORIGINAL_SHAPES = new WeakMap<Operation, readonly number[]>();

/** x with another shape; of a chain of reshapes only the last is recorded, or none. */
export function reshape(x: Recorded, shape: readonly number[]): Recorded {
  const origin = originOf(x);
  if (util.arraysEqual([...origin.shape], [...shape])) return origin;
  // A size of 0 is meant as it stands, not as "the same as before".
  const attributes = shape.includes(0) && !hasCounts() ? { allowzero: 1 } : {};
  const [source] = recordOperation("Reshape", [origin.source, shape], attributes);
  if (source.kind === "result") ORIGINAL_SHAPES.set(source.operation, origin.shape);
  return recorded(source, shape, x.dtype);
}

/** What x is a reshape of, or x itself. */
function originOf(x: Recorded): Recorded {
  if (x.source.kind !== "result") return x;
  const shape = ORIGINAL_SHAPES.get(x.source.operation);
  const [origin] = x.source.operation.operands;
  return shape === undefined || !origin ? x : recorded(resolve(origin), shape, x.dtype);
}

/** x with its axes in another order. */
export function transpose(x: Recorded, perm: readonly number[]): Recorded {
  return recorded(op.Transpose(x.source, { perm }), perm.map((axis) => x.shape[axis]), x.dtype);
}

/** The part of x that starts at `begin`. */
export function slice(x: Recorded, begin: readonly number[], size: readonly number[]): Recorded {
  const shape = x.shape.map((whole, axis) => size[axis] ?? whole);
  if (util.arraysEqual([...x.shape], shape)) return x;
  const ends = begin.map((start, axis) => start + size[axis]);
  const axes = begin.map((_, axis) => axis);
  return recorded(op.Slice(x.source, begin, ends, axes), shape, x.dtype);
}

/** x backwards along some axes. */
function reverse(x: Recorded, axes: readonly number[]): Recorded {
  return axes.length === 0 ? x : recorded(reversed(x.source, axes), x.shape, x.dtype);
}

function concat(parts: readonly Recorded[], axis: number): Recorded {
  const shape = backend_util.computeOutShape(parts.map((part) => [...part.shape]), axis);
  const [source] = recordOperation("Concat", parts.map((part) => part.source), { axis });
  return recorded(source, shape, parts[0].dtype);
}

function split(x: Recorded, sizes: readonly number[], axis: number): Recorded[] {
  return recordOperation("Split", [x.source, sizes], { axis }, sizes.length).map((source, i) => {
    const shape = x.shape.map((size, other) => other === axis ? sizes[i] : size);
    return recorded(source, shape, x.dtype);
  });
}

/** Kernels that move, repeat or name elements and compute nothing. */
export const shapes: RuleTable = {
  Identity: ({ x }) => x,
  Reshape: ({ x }, { shape }) =>
    reshape(x, util.inferFromImplicitShape(shape, util.sizeFromShape([...x.shape]))),
  ExpandDims: ({ input }, { dim }) => {
    const shape = [...input.shape];
    util.assert(
      -shape.length - 1 <= dim && dim <= shape.length,
      () => `Axis must be in the interval [${-shape.length - 1}, ${shape.length}]`,
    );
    shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
    return reshape(input, shape);
  },
  Transpose: ({ x }, { perm }) => transpose(x, perm),
  Tile: ({ x }, { reps }: { reps: number[] }) =>
    recorded(op.Tile(x.source, reps), x.shape.map((size, i) => size * reps[i]), x.dtype),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const [along] = util.parseAxisParam(axis, [...parts[0].shape]);
    const shapes = parts.map((part) => [...part.shape]);
    backend_util.assertParamsConsistent(shapes, along);
    return concat(parts, along);
  },
  // Each part gets the new axis, then they are joined along it.
  Pack: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const shape = [...parts[0].shape];
    for (const part of parts) {
      util.assertShapesMatch(shape, [...part.shape], "All tensors passed to stack must match");
      util.assert(
        part.dtype === parts[0].dtype,
        () => "All tensors passed to stack must have matching dtypes",
      );
    }
    const along = axis < 0 ? axis + shape.length + 1 : axis;
    shape.splice(along, 0, 1);
    return concat(parts.map((part) => reshape(part, shape)), along);
  },
  Unpack: ({ value }, { axis }) => {
    const [along] = util.parseAxisParam(axis, [...value.shape]);
    const shape = value.shape.filter((_, i) => i !== along);
    const ones = Array(value.shape[along]).fill(1);
    return split(value, ones, along).map((part) => reshape(part, shape));
  },
  Slice: ({ x }, { begin, size }) => {
    const dense = { shape: [...x.shape] } as Parameters<typeof slice_util.parseSliceParams>[0];
    const [starts, sizes] = slice_util.parseSliceParams(dense, begin, size);
    slice_util.assertParamsValid(dense, starts, sizes);
    return slice(x, starts, sizes);
  },
  StridedSlice: ({ x }, attrs) => {
    const { finalShape, isIdentity, begin, end, strides } = slice_util.sliceInfo(
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
    if (isIdentity) return reshape(x, finalShape);
    // An empty slice may come out as -0.
    const sizes = finalShape.map((size) => Math.max(size, 0));
    const axes = begin.map((_, axis) => axis);
    const ends = end.map((stop) => stop < 0 ? BEFORE_FIRST : stop);
    const source = op.Slice(x.source, begin, ends, axes, strides);
    const shape = slice_util.computeOutShape(begin, end, strides)
      .map((size) => Math.max(size, 0));
    return reshape(recorded(source, shape, x.dtype), sizes);
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const dense = { shape: [...x.shape] } as Parameters<typeof backend_util.prepareSplitSize>[0];
    return split(x, backend_util.prepareSplitSize(dense, numOrSizeSplits, along), along);
  },
  Reverse: ({ x }, { dims }) => reverse(x, util.parseAxisParam(dims, [...x.shape])),
  // Images are [batch, height, width, channels].
  FlipLeftRight: ({ image }) => reverse(image, [2]),
};
