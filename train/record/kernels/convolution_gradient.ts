import { util } from "@tensorflow/tfjs-core";
import { op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type Rule, type RuleTable } from "../recording/recorded.ts";
import { type Geometry, geometryOf, onnxFilter } from "./convolution.ts";
import {
  channelsFirst,
  channelsLast,
  isChannelsFirst,
  restore,
  reversed,
  spatialAxes,
} from "./layout.ts";
import { inside, offsets, pad, type Window, withNeighbours } from "./window.ts";

/**
 * dx[n, p * stride + k * dilation - pad, c] += sum over o of dy[n, p, o] filter[k, c, o]; which is also
 * transposed convolution. ONNX's ConvTranspose.
 */
function inputGradient(dy: Recorded, filter: Recorded, geometry: Geometry): Recorded {
  const { window, dataFormat, inShape, groups } = geometry;
  const { kernel, strides, dilations, before, after } = window;
  if (isTurned(geometry)) {
    return recorded(
      restore(byTurnedFilter(dy, filter, geometry), dataFormat, inShape.length),
      inShape,
    );
  }
  // Elements that no window reads have gradient 0: after the last place the operator adds up to a
  // stride of them itself.
  const unread = after.map((size, i) => -size < strides[i] ? Math.max(0, -size) : 0);
  const dx = op.ConvTranspose(places(dy, geometry), onnxFilter(filter, geometry), {
    kernel_shape: [...kernel],
    strides: [...strides],
    dilations: [...dilations],
    pads: [...before, ...after].map((size) => Math.max(0, size)),
    output_padding: unread,
    group: groups,
  });
  const margins = [
    before.map((size) => Math.max(0, -size)),
    after.map((size, i) => Math.max(0, -size) - unread[i]),
  ] as const;
  return recorded(restore(pad(dx, margins), dataFormat, inShape.length), inShape);
}

/** How much of a filter lies before its last element. */
function reach({ kernel, dilations }: Window): number[] {
  return kernel.map((size, i) => (size - 1) * dilations[i]);
}

/** Whether the gradient is also a convolution of dy, and one that takes less time. */
function isTurned({ window, groups }: Geometry): boolean {
  const { kernel, strides, before, after } = window;
  const isQuicker = groups > 1 || kernel.every((size) => size === 1);
  return isQuicker && strides.every((stride) => stride === 1) &&
    reach(window).every((most, i) =>
      [before[i], after[i]].every((size) => 0 <= size && size <= most)
    );
}

/** With stride 1 dx is dy convolved with the filter turned round, its input and output exchanged. */
function byTurnedFilter(dy: Recorded, filter: Recorded, geometry: Geometry): Source {
  const { window, groups } = geometry;
  const { kernel, dilations, before, after } = window;
  const axes = kernel.map((_, axis) => axis);
  const turned = kernel.every((size) => size === 1) ? filter.source : reversed(filter.source, axes);
  const most = reach(window);
  return op.Conv(
    places(dy, geometry),
    op.Transpose(turned, { perm: [axes.length, axes.length + 1, ...axes] }),
    {
      kernel_shape: [...kernel],
      dilations: [...dilations],
      pads: [before, after].flatMap((sizes) => sizes.map((size, i) => most[i] - size)),
      group: groups,
    },
  );
}

/** dy, channels first. Of more places than the input has, as TensorFlow.js allows, the first. */
function places(dy: Recorded, { dataFormat, window: { outSizes }, outShape }: Geometry): Source {
  const first = channelsFirst(dy, dataFormat);
  if (util.arraysEqual([...dy.shape], [...outShape])) return first;
  return op.Slice(first, outSizes.map(() => 0), [...outSizes], spatialAxes(outShape.length, 2));
}

/** From how many input channels on a product of matrices beats a convolution over swapped axes. */
const PRODUCT_CHANNELS = 8;

/** dfilter[k, c, o] = sum over n, p of x[n, p * stride + k * dilation - pad, c] dy[n, p, o]. */
function filterGradient(x: Recorded, dy: Recorded, geometry: Geometry): Recorded {
  const { filterShape, groups } = geometry;
  if (groups > 1) return recorded(byElements(x, dy, geometry), filterShape);
  const isProduct = filterShape.at(-2)! >= PRODUCT_CHANNELS;
  const source = isProduct ? byProduct(x, dy, geometry) : byConvolution(x, dy, geometry);
  return recorded(source, filterShape);
}

/**
 * Where each channel has filters of its own: for each k the sum over n, p of what of x the windows
 * have at k, element by element times dy. With stride 1 the last axis and the channels are one, so
 * that longer pieces are read.
 */
function byElements(
  x: Recorded,
  dy: Recorded,
  { window, dataFormat, filterShape }: Geometry,
): Source {
  const { outSizes, strides, before, after, dilations } = window;
  const [channels, multiplier] = filterShape.slice(-2);
  const width = channels * multiplier;
  const last = outSizes.length - 1;
  const isJoined = strides[last] === 1;
  const batched = (source: Source, sizes: readonly number[]) => {
    const ends = isJoined ? [sizes[last] * width] : [sizes[last], width];
    return op.Reshape(source, [1, x.shape[0], ...sizes.slice(0, -1), ...ends]);
  };
  const padded = pad(channelsLast(x, dataFormat), [before, after], { isChannelsLast: true });
  const sizes = window.inSizes.map((size, i) => before[i] + size + after[i]);
  const images = batched(repeatChannels(padded, multiplier, sizes.length + 2), sizes);
  const gradients = batched(channelsLast(dy, dataFormat), outSizes);
  const rows = x.shape[0] * util.sizeFromShape([...outSizes]);
  const ones = op.Expand(1, [1, rows]);
  const unit = outSizes.map((_, i) => isJoined && i === last ? width : 1);
  const sums = offsets(window).map((offset) => {
    const starts = offset.map((step, i) => step * dilations[i] * unit[i]);
    const ends = starts.map((start, i) => start + ((outSizes[i] - 1) * strides[i] + 1) * unit[i]);
    const seen = op.Slice(images, starts, ends, spatialAxes(x.shape.length, 2), [...strides]);
    return op.MatMul(ones, op.Reshape(op.Mul(seen, gradients), [rows, width]));
  });
  return op.Reshape(op.Concat(...sums, { axis: 0 }), filterShape);
}

/** Each channel of x as often as it has filters, one copy beside the other. */
function repeatChannels(x: Source, multiplier: number, rank: number): Source {
  if (multiplier === 1) return x;
  return op.Expand(op.Unsqueeze(x, [rank]), [...Array(rank).fill(1), multiplier]);
}

/**
 * For each k as `seen^T dy`, where seen `[n * places, c]` is what of x the windows have at k; neighbours
 * along the last axis together, where a stride keeps them so. A window that has padding there adds
 * nothing, so neither it nor its place in dy is part of the product.
 */
function byProduct(
  x: Recorded,
  dy: Recorded,
  { window, dataFormat, ...geometry }: Geometry,
): Source {
  const [inChannels, outChannels] = geometry.filterShape.slice(-2);
  const [batch, axes] = [x.shape[0], spatialAxes(x.shape.length, 2)];
  const { strided, chunks, width } = withNeighbours(window);
  // ONNX Runtime would move a transpose behind the slices, which are many; not past a new shape.
  const batched = (source: Source, sizes: readonly number[], channels: number) =>
    op.Reshape(source, [1, batch, ...sizes, channels]);
  const images = batched(channelsLast(x, dataFormat), strided.inSizes, width * inChannels);
  const gradients = batched(channelsLast(dy, dataFormat), window.outSizes, outChannels);
  const products = offsets(strided).map((offset) => {
    const { starts, ends, places } = inside(strided, offset);
    const chunk = chunks[offset.at(-1)!].map((element) => element * inChannels);
    const columns = chunk[1] - chunk[0];
    const sizes = places.map(([first, last]) => last - first);
    const rows = batch * util.sizeFromShape(sizes);
    if (rows === 0) return op.Expand(0, [columns, outChannels]);
    const channels = columns < width * inChannels ? [axes.at(-1)! + 1] : [];
    const seen = op.Slice(
      images,
      [...starts, ...channels.map(() => chunk[0])],
      [...ends, ...channels.map(() => chunk[1])],
      [...axes, ...channels],
      [...strided.strides, ...channels.map(() => 1)],
    );
    const isWhole = util.arraysEqual(sizes, [...window.outSizes]);
    const [first, last] = [0, 1].map((end) => places.map((range) => range[end]));
    const own = isWhole ? gradients : op.Slice(gradients, first, last, axes);
    const [a, b] = [op.Reshape(seen, [rows, columns]), op.Reshape(own, [rows, outChannels])];
    return op.Gemm(a, b, { transA: 1 });
  });
  const product = products.length === 1 ? products[0] : op.Concat(...products, { axis: 0 });
  return op.Reshape(product, geometry.filterShape);
}

/**
 * As a convolution of x with dy in place of the filter: batch and channels change places, and so do
 * strides and dilations.
 */
function byConvolution(
  x: Recorded,
  dy: Recorded,
  { window, dataFormat, inShape }: Geometry,
): Source {
  const { before, after, strides, dilations, outSizes } = window;
  const rank = inShape.length;
  const sizes = spatialAxes(rank, isChannelsFirst(dataFormat) ? 2 : 1);
  const perm = [isChannelsFirst(dataFormat) ? 1 : rank - 1, 0, ...sizes];
  // Elements at the end that no window reads would make the result larger than the filter.
  const read = pad(op.Transpose(x.source, { perm }), [before.map(negative), after.map(negative)]);
  const filters = op.Transpose(dy.source, { perm });
  const gradient = op.Conv(read, filters, {
    kernel_shape: [...outSizes],
    strides: [...dilations],
    dilations: [...strides],
    pads: [...before, ...after].map((size) => Math.max(0, size)),
  });
  return op.Transpose(gradient, { perm: [...spatialAxes(rank, 2), 0, 1] });
}

function negative(size: number): number {
  return Math.min(0, size);
}

/** The rule of either gradient: the kernel has the input or the filter, and the shape of the other. */
function rule({ isDepthwise }: { isDepthwise: boolean }): Rule {
  return ({ x, filter, dy }, { inputShape, filterShape, ...attrs }) => {
    const shapes = {
      inShape: x?.shape ?? inputShape,
      filterShape: filter?.shape ?? filterShape,
      isDepthwise,
    };
    const geometry = geometryOf(shapes, attrs);
    return filter ? inputGradient(dy, filter, geometry) : filterGradient(x, dy, geometry);
  };
}

/** Gradients of convolutions. */
export const convolutionGradients: RuleTable = {
  Conv2DBackpropInput: rule({ isDepthwise: false }),
  Conv2DBackpropFilter: rule({ isDepthwise: false }),
  Conv3DBackpropInputV2: rule({ isDepthwise: false }),
  Conv3DBackpropFilterV2: rule({ isDepthwise: false }),
  DepthwiseConv2dNativeBackpropInput: rule({ isDepthwise: true }),
  DepthwiseConv2dNativeBackpropFilter: rule({ isDepthwise: true }),
};
