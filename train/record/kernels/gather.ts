import { backend_util, gather_util, util } from "@tensorflow/tfjs-core";
import { op, recordOperation, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { as, cast, int64, like, numeric, scalar } from "./dtype.ts";
import { full, indices as places } from "./fill.ts";
import { reshape, transpose } from "./shape.ts";

type Shaped = Parameters<typeof backend_util.segment_util.collectGatherOpShapeInfo>[0];

/** The rows of x that `indices` name along `axis`, the first `batchDims` axes of both matched. */
function gather(x: Recorded, indices: Recorded, axis: number, batchDims: number): Recorded {
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = backend_util.segment_util
    .collectGatherOpShapeInfo(
      { shape: [...x.shape] } as Shaped,
      indices as unknown as Shaped,
      axis,
      batchDims,
    );
  const chosen = as(indices, "int32");
  assertWithin(chosen, dimSize);
  if (batchSize === 1) {
    const flat = reshape(x, [outerSize, dimSize, sliceSize]);
    const list = reshape(chosen, [util.sizeFromShape([...chosen.shape])]);
    const rows = op.Gather(flat.source, list.source, { axis: 1 });
    return reshape(recorded(rows, [outerSize, list.shape[0], sliceSize], x.dtype), outputShape);
  }
  // One list of rows, in which each batch's begin where the last one's end.
  const count = util.sizeFromShape([...chosen.shape]) / batchSize;
  const split = reshape(x, [batchSize, outerSize, dimSize, sliceSize]);
  const list = reshape(transpose(split, [0, 2, 1, 3]), [batchSize * dimSize, outerSize, sliceSize]);
  const starts = op.Mul(places(batchSize).source, scalar(dimSize, "int32"));
  const offsets = reshape(recorded(starts, [batchSize], "int32"), [batchSize, 1]);
  const rows = op.Gather(
    list.source,
    op.Add(reshape(chosen, [batchSize, count]).source, offsets.source),
  );
  const gathered = recorded(rows, [batchSize, count, outerSize, sliceSize], x.dtype);
  return reshape(transpose(gathered, [0, 2, 1, 3]), outputShape);
}

/** Checks indices as early as they are known: ONNX counts negative ones from the end. */
function assertWithin({ source }: Recorded, size: number): void {
  if (source.kind !== "constant") return;
  for (const index of source.array.data) {
    util.assert(
      index >= 0 && index < size,
      () => `GatherV2: the index value ${index} is not in [0, ${size - 1}]`,
    );
  }
}

/** `updates` written, or added, over `target` at `indices` of its first axes, one a row. */
function scatter(
  target: Recorded,
  indices: Recorded,
  updates: Recorded,
  reduction = "none",
): Recorded {
  // A plain list of indices names rows.
  const isList = indices.shape.length < 2;
  const rows = isList ? reshape(indices, [util.sizeFromShape([...indices.shape]), 1]) : indices;
  const written = reshape(updates, [
    ...rows.shape.slice(0, -1),
    ...target.shape.slice(rows.shape.at(-1)),
  ]);
  const source = op.ScatterND(numeric(target), int64(rows), numeric(written), { reduction });
  return like(target, source);
}

/** Kernels that pick elements by index, put them there, or look for them. */
export const gathers: RuleTable = {
  GatherV2: ({ x, indices }, { axis, batchDims = 0 }) =>
    gather(x, indices, util.parseAxisParam(axis, [...x.shape])[0], batchDims ?? 0),
  GatherNd: ({ params, indices }) => {
    const [shape] = gather_util.prepareAndValidate(params as never, indices as never);
    return recorded(op.GatherND(params.source, int64(indices)), shape, params.dtype);
  },
  // zeros of `shape`, the updates added at their indices
  ScatterNd: ({ indices, updates }, { shape }) =>
    scatter(full(shape, 0, updates.dtype), indices, updates, "add"),
  TensorScatterUpdate: ({ tensor, indices, updates }) => scatter(tensor, indices, updates),
  // defaultValue everywhere, the values at their indices
  SparseToDense: ({ sparseIndices, sparseValues, defaultValue }, { outputShape }) => {
    const count = sparseIndices.shape.length === 0 ? 1 : sparseIndices.shape[0];
    const depth = sparseIndices.shape.length === 2 ? sparseIndices.shape[1] : 1;
    const shape = [count, ...outputShape.slice(depth)];
    const repeat = (value: Recorded, shape: readonly number[]) =>
      like(value, op.Expand(numeric(value), [...shape]), shape);
    return scatter(
      repeat(as(defaultValue, sparseValues.dtype), outputShape),
      reshape(sparseIndices, [count, depth]),
      repeat(sparseValues, shape),
    );
  },
  // y[id] = the sum of the rows of x whose segment is id; rows of no segment go to one too many
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }) => {
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const count = util.sizeFromShape([...segmentIds.shape]);
    const ids = reshape(as(segmentIds, "int32"), [count, 1]).source;
    const outside = scalar(numSegments, "int32");
    const isInside = op.And(
      op.GreaterOrEqual(ids, scalar(0, "int32")),
      op.Less(ids, outside),
    );
    const rows = scatter(
      full([numSegments + 1, ...rowShape], 0, x.dtype),
      recorded(op.Where(isInside, ids, outside), [count, 1], "int32"),
      reshape(x, [count, ...rowShape]),
      "add",
    );
    const source = op.Slice(rows.source, [0], [numSegments], [0]);
    return recorded(source, [numSegments, ...rowShape], x.dtype);
  },
  // The k largest of the last axis, the largest first, and where they were.
  TopK: ({ x }, { k }) => {
    const shape = [...x.shape.slice(0, -1), k];
    const [values, places] = recordOperation(
      "TopK",
      [numeric(x), [k]],
      { axis: -1, largest: 1, sorted: 1 },
      2,
    );
    return [like(x, values, shape), recorded(cast(places, "int32"), shape, "int32")];
  },
  // How many of a sorted sequence come before each value: of equal ones none, or all.
  SearchSorted: ({ sortedSequence, values }, { side }) => {
    const [batch, length] = sortedSequence.shape;
    const sequence = reshape(sortedSequence, [batch, 1, length]).source;
    const wanted = reshape(values, [...values.shape, 1]).source;
    const isBefore = side === "left" ? op.Less(sequence, wanted) : op.LessOrEqual(sequence, wanted);
    const count = op.ReduceSum(cast(isBefore, "int32"), [-1], { keepdims: 0 });
    return recorded(count, values.shape, "int32");
  },
  Bincount: ({ x, weights }, { size }) => {
    const list = reshape(x, [util.sizeFromShape([...x.shape])]);
    return histogram(list, weights, size);
  },
  DenseBincount: ({ x, weights }, { size, binaryOutput }) =>
    histogram(x, weights, size, binaryOutput),
};

/** For each value up to `size`, how often x's last axis holds it, or the weights there added up. */
function histogram(x: Recorded, weights: Recorded, size: number, isBinary = false): Recorded {
  const { dtype } = weights;
  const column = reshape(as(x, "int32"), [...x.shape, 1]).source;
  const isValue = cast(op.Equal(column, places(size).source), dtype);
  const isWeighted = util.sizeFromShape([...weights.shape]) > 0 && !isBinary;
  const counted: Source = isWeighted
    ? op.Mul(isValue, reshape(weights, [...weights.shape, 1]).source)
    : isValue;
  const total = op.ReduceSum(counted, [x.shape.length - 1], { keepdims: 0 });
  const most = isBinary ? op.Min(total, scalar(1, dtype)) : total;
  return recorded(most, [...x.shape.slice(0, -1), size], dtype);
}
