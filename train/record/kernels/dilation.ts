import { backend_util, util } from "@tensorflow/tfjs-core";
import { constant, op, type Source } from "../recording/operation.ts";
import { type Attrs, type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { channelsFirst, restore } from "./layout.ts";
import { firsts, negated, offsets, pad, type Window, window2d } from "./window.ts";

interface Dilation {
  readonly window: Window;
  readonly outShape: readonly number[];
  /** For each position in the window, x there plus the filter there, in the shape of the result. */
  readonly sums: readonly Source[];
}

/** How a filter `[height, width, channels]` slides over x `[batch, height, width, channels]`. */
function dilation(
  x: Recorded,
  filter: Recorded,
  { strides, pad: mode, dilations }: Attrs,
): Dilation {
  const info = backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    mode,
    "NHWC",
    dilations,
  );
  const window = window2d(info);
  const { before, after, outSizes } = window;
  const padded = pad(x.source, [before, after], { fill: -Infinity, isChannelsLast: true });
  const channels = x.shape[3];
  const sums = offsets(window).map((offset) => {
    const starts = offset.map((step, i) => step * window.dilations[i]);
    const ends = starts.map((start, i) => start + (outSizes[i] - 1) * window.strides[i] + 1);
    const seen = op.Slice(padded, starts, ends, [1, 2], [...window.strides]);
    const added = op.Slice(filter.source, offset, offset.map((step) => step + 1), [0, 1]);
    return op.Add(seen, op.Reshape(added, [channels]));
  });
  return { window, outShape: info.outShape, sums };
}

/** dy where a position in the window has the first maximum, 0 elsewhere; one for each position. */
function shares({ sums }: Dilation, dy: Source): Source[] {
  const largest = op.Max(...sums);
  const isFirst = firsts(sums.map((sum) => op.Equal(sum, largest)));
  return isFirst.map((mask) => op.Where(mask, dy, 0));
}

/** Greyscale dilation. */
export const dilations: RuleTable = {
  // y[p, c] = max over k of x[p * stride + k * dilation - pad, c] + filter[k, c]
  Dilation2D: ({ x, filter }, attrs) => {
    const { sums, outShape } = dilation(x, filter, attrs);
    return recorded(op.Max(...sums), outShape, x.dtype);
  },
  // Each dy goes to the x of its maximum: a transposed convolution with one filter a position,
  // which is 1 there alone.
  Dilation2DBackpropInput: ({ x, filter, dy }, attrs) => {
    const forward = dilation(x, filter, attrs);
    const { kernel, strides, dilations, before, after, outSizes } = forward.window;
    const images = x.shape[0] * x.shape[3];
    const parts = shares(forward, dy.source).map((part) => {
      const first = channelsFirst(recorded(part, forward.outShape), "NHWC");
      return op.Reshape(first, [images, 1, ...outSizes]);
    });
    const count = util.sizeFromShape([...kernel]);
    const places = Array.from({ length: count ** 2 }, (_, i) => i % (count + 1) === 0 ? 1 : 0);
    const spread = op.ConvTranspose(
      op.Concat(...parts, { axis: 1 }),
      constant("float32", [count, 1, ...kernel], places),
      { kernel_shape: [...kernel], strides: [...strides], dilations: [...dilations] },
    );
    const dx = pad(spread, negated([before, after]));
    const shape = [x.shape[0], x.shape[3], x.shape[1], x.shape[2]];
    return recorded(restore(op.Reshape(dx, shape), "NHWC", 4), x.shape);
  },
  // dfilter[k, c] = sum of dy where k has the maximum
  Dilation2DBackpropFilter: ({ x, filter, dy }, attrs) => {
    const sums = shares(dilation(x, filter, attrs), dy.source)
      .map((part) => op.ReduceSum(part, [0, 1, 2], { keepdims: 0 }));
    return recorded(op.Reshape(op.Concat(...sums, { axis: 0 }), filter.shape), filter.shape);
  },
};
