import { backend_util, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../../lib/array/ndarray.ts";
import { C_TYPES, type View } from "../program/ir.ts";
import { broadcast } from "../program/views.ts";
import type { CRuleTable } from "./rule.ts";
import { transpose } from "./shape.ts";

type Shaped = Parameters<typeof backend_util.segment_util.collectGatherOpShapeInfo>[0];

/** Kernels that pick elements by index, or add them up there, and sums of products by an equation. */
export const gathers: CRuleTable = {
  // The rows of x that `indices` name along `axis`. Where there is no such row, its numbers are none.
  GatherV2: (b, { x, indices }, { axis, batchDims = 0 }, [result]) => {
    const [along] = util.parseAxisParam(axis, [...x.shape]);
    const { batchSize, outerSize, dimSize, sliceSize } = backend_util.segment_util
      .collectGatherOpShapeInfo(
        x as unknown as Shaped,
        indices as unknown as Shaped,
        along,
        batchDims ?? 0,
      );
    const count = sizeOf(indices.shape) / batchSize;
    const none = result.dtype === "float32" ? "NAN" : "0";
    const [y] = b.call({
      label: "gather",
      operands: [b.whole(x), b.whole(indices)],
      work: { rows: batchSize * outerSize },
      body: ({ operands: [x, indices], results: [y] }) =>
        `for (long o = from; o < to; o++)
  for (long k = 0; k < ${count}; k++) {
    const long row = (long)${indices}[o / ${outerSize} * ${count} + k];
    const ${C_TYPES[result.dtype]} *from_row = ${x} + (o * ${dimSize} + row) * ${sliceSize};
    ${C_TYPES[result.dtype]} *to_row = ${y} + (o * ${count} + k) * ${sliceSize};
    if (row >= 0 && row < ${dimSize}) memcpy(to_row, from_row, sizeof(*to_row) * ${sliceSize});
    else for (long i = 0; i < ${sliceSize}; i++) to_row[i] = ${none};
  }`,
    }, [result]);
    return y;
  },
  // y[id] = the sum of the rows of x whose segment is id; rows of no segment go nowhere.
  UnsortedSegmentSum: (b, { x, segmentIds }, { numSegments }, [result]) => {
    const count = sizeOf(segmentIds.shape);
    const size = sizeOf(x.shape) / Math.max(1, count);
    const [y] = b.call({
      label: "segment_sum",
      operands: [b.whole(x), b.whole(segmentIds)],
      work: "serial",
      body: ({ operands: [x, ids], results: [y] }) =>
        `memset(${y}, 0, sizeof(*${y}) * ${numSegments * size}L);
for (long k = 0; k < ${count}; k++) {
  const long id = (long)${ids}[k];
  if (id < 0 || id >= ${numSegments}) continue;
  for (long i = 0; i < ${size}; i++) ${y}[id * ${size} + i] += ${x}[k * ${size} + i];
}`,
    }, [result]);
    return y;
  },
  // The sums over the letters that the equation's right side leaves out.
  Einsum: (b, inputs, { equation }, [{ shape, dtype }]) => {
    const tensors = Object.values(inputs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
      equation,
      tensors.length,
    );
    const dims = allDims.map((_: string, dim: number) => dim);
    const spread = (view: View, own: readonly number[]): View => {
      const order = dims.filter((dim) => own.includes(dim));
      const turned = transpose(view, order.map((dim) => own.indexOf(dim)));
      return b.reshape(
        turned,
        dims.map((dim) => own.includes(dim) ? view.shape[own.indexOf(dim)] : 1),
      );
    };
    const views = tensors.map((view, i) => spread(view, idDims[i]));
    const products = b.map(dtype, views, (...each) => each.join(" * "), "Multiply");
    const summed = dims.slice(allDims.length - summedDims.length);
    return b.reshape(
      broadcast(b.reduce(products, summed, "sum"), [...shape, ...summed.map(() => 1)]),
      shape,
    );
  },
};
