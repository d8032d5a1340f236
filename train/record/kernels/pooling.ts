import { backend_util, util } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { constant, op, recordOperation, type Source } from "../recording/operation.ts";
import {
  type Attrs,
  type Recorded,
  recorded,
  type Rule,
  type RuleTable,
} from "../recording/recorded.ts";
import { channelsFirst, restore } from "./layout.ts";
import { fit, type Margins, type Window, window2d, window3d, windowAttributes } from "./window.ts";

/** How a pooling window slides, and the shape of its result; channels are last. */
export interface Pooling {
  readonly window: Window;
  readonly outShape: readonly number[];
}

/** A window over height and width, or over depth, height and width. */
export function poolingOf(
  { shape }: Recorded,
  { filterSize, strides, pad, dimRoundingMode }: Attrs,
): Pooling {
  const options = [filterSize, strides, 1, pad, dimRoundingMode] as const;
  if (shape.length === 4) {
    const inShape = shape as [number, number, number, number];
    const info = backend_util.computePool2DInfo(inShape, ...options);
    return { window: window2d(info), outShape: info.outShape };
  }
  const inShape = shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(inShape, ...options);
  return { window: window3d(info), outShape: info.outShape };
}

/** y[p] = max over k of x[p * stride + k], and on request where in x that is, the first of equals. */
export function maxPool(
  x: Source,
  window: Window,
  { withIndices = false } = {},
): { y: Source; indices: Source | undefined; margins: Margins } {
  // The operator's own margins must be less than the window.
  const limit = window.kernel.map((size) => size - 1);
  const fitted = fit(x, window, { limit, fill: -Infinity });
  const attributes = windowAttributes(window, fitted.pads);
  const [y, indices] = recordOperation("MaxPool", [fitted.x], attributes, withIndices ? 2 : 1);
  return { y, indices, margins: fitted.margins };
}

const maxRule: Rule = ({ x }, attrs) => {
  const { window, outShape } = poolingOf(x, attrs);
  if (isIdentity(x, { window, outShape })) return x;
  const isFloat = x.dtype === "float32";
  // ONNX has no maximum of int32; every int32 is a float64.
  const to = (dtype: "float64" | "int32", values: Source) =>
    isFloat ? values : op.Cast(values, { to: onnxDataType(dtype) });
  const { y } = maxPool(to("float64", channelsFirst(x, "NHWC")), window);
  return recorded(restore(to("int32", y), "NHWC", x.shape.length), outShape, x.dtype);
};

/** y[p] = mean over k of x[p * stride + k], of those k that are inside x. */
const averageRule: Rule = ({ x }, attrs) => {
  const { window, outShape } = poolingOf(x, attrs);
  if (isIdentity(x, { window, outShape })) return x;
  const { before, after, kernel } = window;
  const isWide = before.concat(after).some((size, i) => size >= kernel[i % kernel.length]);
  const y = (isWide ? averageOfFew : average)(channelsFirst(x, "NHWC"), x.shape, window);
  return recorded(restore(y, "NHWC", x.shape.length), outShape);
};

function average(x: Source, _shape: readonly number[], window: Window): Source {
  const fitted = fit(x, window);
  // Opset 19 added dilations; pooling has none.
  const { dilations: _, ...attributes } = windowAttributes(window, fitted.pads);
  return op.AveragePool(fitted.x, attributes);
}

/**
 * The mean as a sum by a count, for margins wider than the operator takes. Where a window is outside
 * of x, TensorFlow.js gives NaN in two dimensions and 0 in three.
 */
function averageOfFew(x: Source, shape: readonly number[], window: Window): Source {
  const [batch, channels] = [shape[0], shape.at(-1)!];
  const size = util.sizeFromShape([...window.kernel]);
  const ones = constant("float32", [1, 1, ...window.kernel], Array(size).fill(1));
  const sum = (images: Source) => {
    const fitted = fit(images, window);
    return op.Conv(fitted.x, ones, windowAttributes(window, fitted.pads));
  };
  const flat = op.Reshape(x, [batch * channels, 1, ...window.inSizes]);
  const inside = op.Expand(1, [1, 1, ...window.inSizes]);
  const count = window.kernel.length === 2 ? sum(inside) : op.Max(sum(inside), 1);
  return op.Reshape(op.Div(sum(flat), count), [batch, channels, ...window.outSizes]);
}

/** What TensorFlow.js passes on as it is, wherever the strides and the padding would lead. */
function isIdentity(x: Recorded, { window: { kernel }, outShape }: Pooling): boolean {
  return kernel.length === 2 && kernel.every((size) => size === 1) &&
    util.arraysEqual([...x.shape], [...outShape]);
}

/** Pooling. */
export const poolings: RuleTable = {
  MaxPool: maxRule,
  MaxPool3D: maxRule,
  AvgPool: averageRule,
  AvgPool3D: averageRule,
  // The maxima, and where in x they are: (row * width + column) * channels + channel, and with
  // includeBatchInIndex the images before too. ONNX counts image, channel, row, column.
  MaxPoolWithArgmax: ({ x }, { includeBatchInIndex, ...attrs }) => {
    const { window, outShape } = poolingOf(x, attrs);
    const first = channelsFirst(x, "NHWC");
    const numbers = op.Where(op.IsNaN(first), -Infinity, first);
    const { y, indices } = maxPool(numbers, window, { withIndices: true });
    const [, , , channels] = x.shape;
    const plane = util.sizeFromShape([...window.inSizes]);
    const size = (value: number) => constant("int64", [], [value]);
    const planes = op.Div(indices!, size(plane));
    const inImage = op.Add(
      op.Mul(op.Mod(indices!, size(plane)), size(channels)),
      op.Mod(planes, size(channels)),
    );
    const images = op.Mul(op.Div(planes, size(channels)), size(plane * channels));
    const index = op.Cast(includeBatchInIndex ? op.Add(inImage, images) : inImage, {
      to: onnxDataType("int32"),
    });
    return [
      recorded(restore(y, "NHWC", 4), outShape),
      recorded(restore(index, "NHWC", 4), outShape, "int32"),
    ];
  },
};
