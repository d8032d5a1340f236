import { backend_util, util } from "@tensorflow/tfjs-core";
import { op, type Source } from "../recording/operation.ts";
import {
  type Attrs,
  type Recorded,
  recorded,
  type Rule,
  type RuleTable,
} from "../recording/recorded.ts";
import { activate, type Epilogue } from "./epilogue.ts";
import { channelsFirst, type DataFormat, isChannelsFirst, restore } from "./layout.ts";
import { reshape } from "./shape.ts";
import { fit, type Window, window2d, window3d, windowAttributes } from "./window.ts";

/** What the kernels of one convolution have in common. */
export interface Geometry {
  readonly window: Window;
  readonly dataFormat: DataFormat;
  readonly inShape: readonly number[];
  readonly filterShape: readonly number[];
  readonly outShape: readonly number[];
  /** 1, or the number of channels where each has filters of its own. */
  readonly groups: number;
}

/** What decides the geometry of a convolution, beside what TensorFlow.js passes as attributes. */
interface ConvolutionShapes {
  readonly inShape: readonly number[];
  readonly filterShape: readonly number[];
  readonly isDepthwise?: boolean;
}

/** How a filter `[height, width, in, out]` or `[depth, height, width, in, out]` slides over an input. */
export function geometryOf(
  { inShape, filterShape, isDepthwise = false }: ConvolutionShapes,
  { strides, pad, dilations, dataFormat = "NHWC", dimRoundingMode }: Attrs,
): Geometry {
  if (inShape.length === 5) {
    const info = backend_util.computeConv3DInfo(
      inShape as [number, number, number, number, number],
      filterShape as [number, number, number, number, number],
      strides,
      dilations ?? 1,
      pad,
    );
    const { outShape } = info;
    const window = window3d(info);
    return { window, dataFormat: "NDHWC", inShape, filterShape, outShape, groups: 1 };
  }
  const info = backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
  const groups = isDepthwise ? info.inChannels : 1;
  const { outShape } = info;
  return { window: window2d(info), dataFormat, inShape, filterShape, outShape, groups };
}

/** A filter as ONNX has it: `[out, in, ...sizes]`, or `[channels * multiplier, 1, ...sizes]`. */
export function onnxFilter(filter: Recorded, { groups }: Geometry): Source {
  const rank = filter.shape.length;
  const [into, out] = [rank - 2, rank - 1];
  const sizes = filter.shape.slice(0, -2);
  const axes = sizes.map((_, axis) => axis);
  if (groups === 1) return op.Transpose(filter.source, { perm: [out, into, ...axes] });
  const perm = [into, out, ...axes];
  const moved = recorded(
    op.Transpose(filter.source, { perm }),
    perm.map((axis) => filter.shape[axis]),
  );
  return reshape(moved, [filter.shape[into] * filter.shape[out], 1, ...sizes]).source;
}

/**
 * y[n, p, o] = sum over k, c of x[n, p * stride + k * dilation - pad, c] filter[k, c, o], plus bias[o];
 * ONNX's Conv, with x, filter and y transposed.
 */
export function convolve(
  x: Recorded,
  filter: Recorded,
  { geometry, epilogue }: { geometry: Geometry; epilogue: Epilogue },
): Recorded {
  const { window, dataFormat, outShape, groups } = geometry;
  const fitted = fit(channelsFirst(x, dataFormat), window);
  const channels = outShape[isChannelsFirst(dataFormat) ? 1 : outShape.length - 1];
  const { bias } = epilogue;
  const isVectorBias = bias?.shape.length === 1 && bias.shape[0] === channels;
  const y = op.Conv(
    fitted.x,
    onnxFilter(filter, geometry),
    ...(isVectorBias ? [bias.source] : []),
    {
      ...windowAttributes(window, fitted.pads),
      group: groups,
    },
  );
  const restored = restore(y, dataFormat, outShape.length);
  const sum = bias === undefined || isVectorBias ? restored : op.Add(restored, bias.source);
  const slopes = epilogue.preluActivationWeights;
  return activate(recorded(sum, outShape), {
    ...epilogue,
    // One slope a channel, wherever the channels are.
    preluActivationWeights: slopes && isChannelsFirst(dataFormat) && slopes.shape.length === 1 &&
        util.sizeFromShape([...slopes.shape]) > 1
      ? reshape(slopes, [channels, 1, 1])
      : slopes,
  });
}

function rule({ isDepthwise }: { isDepthwise: boolean }): Rule {
  return ({ x, filter, ...tensors }, attrs) => {
    const shapes = { inShape: x.shape, filterShape: filter.shape, isDepthwise };
    const geometry = geometryOf(shapes, attrs);
    return convolve(x, filter, { geometry, epilogue: { ...attrs, ...tensors } });
  };
}

/** Convolutions. One-dimensional ones come here as two-dimensional ones. */
export const convolutions: RuleTable = {
  Conv2D: rule({ isDepthwise: false }),
  FusedConv2D: rule({ isDepthwise: false }),
  DepthwiseConv2dNative: rule({ isDepthwise: true }),
  FusedDepthwiseConv2D: rule({ isDepthwise: true }),
  Conv3D: rule({ isDepthwise: false }),
};
