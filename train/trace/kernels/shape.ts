import { backend_util, type DataType, slice_util, util } from "@tensorflow/tfjs-core";
import { constant, known, op, type Operation, record, type Source } from "../recorder.ts";
import { type RuleTable, type Traced, traced } from "../rule.ts";

/** The shape that each recorded `Reshape` started from. */
const ORIGINAL_SHAPES = new WeakMap<Operation, readonly number[]>();

/** x with another shape; of a chain of reshapes only the last is recorded, or none. */
export function reshape(x: Traced, shape: readonly number[]): Traced {
  const origin = originOf(x);
  if (util.arraysEqual([...origin.shape], [...shape])) return origin;
  const [source] = record("Reshape", [origin.source, shape]);
  if (source.kind === "result") ORIGINAL_SHAPES.set(source.operation, origin.shape);
  return traced(source, shape, x.dtype);
}

/** What x is a reshape of, or x itself. */
function originOf(x: Traced): Traced {
  if (x.source.kind !== "result") return x;
  const shape = ORIGINAL_SHAPES.get(x.source.operation);
  const [origin] = x.source.operation.operands;
  return shape === undefined || !origin ? x : traced(known(origin), shape, x.dtype);
}

/** A tensor of one repeated value. */
export function full(shape: readonly number[], value: number, dtype: DataType): Traced {
  const scalar = constant(dtype as "float32", [], [value]);
  const source: Source = shape.length === 0 ? scalar : op.Expand(scalar, [...shape]);
  return traced(source, shape, dtype);
}

/** Kernels that move, repeat or name elements and compute nothing. */
export const shapes: RuleTable = {
  Identity: ({ x }) => x,
  Reshape: ({ x }, { shape }) =>
    reshape(x, util.inferFromImplicitShape(shape, util.sizeFromShape([...x.shape]))),
  ExpandDims: ({ input }, { dim }) => {
    const shape = [...input.shape];
    shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
    return reshape(input, shape);
  },
  Transpose: ({ x }, { perm }: { perm: number[] }) =>
    traced(op.Transpose(x.source, { perm }), perm.map((axis) => x.shape[axis]), x.dtype),
  Tile: ({ x }, { reps }: { reps: number[] }) =>
    traced(op.Tile(x.source, reps), x.shape.map((size, i) => size * reps[i]), x.dtype),
  Concat: (inputs, { axis }) => {
    const parts = Object.values(inputs);
    const [along] = util.parseAxisParam(axis, [...parts[0].shape]);
    const shape = backend_util.computeOutShape(parts.map((part) => [...part.shape]), along);
    const [source] = record("Concat", parts.map((part) => part.source), { axis: along });
    return traced(source, shape, parts[0].dtype);
  },
  Slice: ({ x }, { begin, size }) => {
    const dense = { shape: [...x.shape] } as Parameters<typeof slice_util.parseSliceParams>[0];
    const [starts, sizes] = slice_util.parseSliceParams(dense, begin, size);
    const ends = starts.map((start, axis) => start + sizes[axis]);
    const axes = starts.map((_, axis) => axis);
    return traced(op.Slice(x.source, starts, ends, axes), sizes, x.dtype);
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const dense = { shape: [...x.shape] } as Parameters<typeof backend_util.prepareSplitSize>[0];
    const sizes = backend_util.prepareSplitSize(dense, numOrSizeSplits, along);
    return record("Split", [x.source, sizes], { axis: along }, sizes.length).map((source, i) => {
      const shape = [...x.shape];
      shape[along] = sizes[i];
      return traced(source, shape, x.dtype);
    });
  },
  Fill: (_inputs, { shape, value, dtype }) => full(shape, Number(value), dtype ?? "float32"),
  ZerosLike: ({ x }) => full(x.shape, 0, x.dtype),
  OnesLike: ({ x }) => full(x.shape, 1, x.dtype),
};
