import { sizeOf } from "../../../lib/array/ndarray.ts";
import { type Geometry, geometryOf } from "../../record/kernels/convolution.ts";
import type { Builder } from "../program/builder.ts";
import type { View } from "../program/ir.ts";
import { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise.ts";
import { epilogue } from "./elementwise.ts";
import type { CRule, CRuleTable } from "./rule.ts";
import { reverse, transpose } from "./shape.ts";
import { filterGradient, inputGradient } from "./convolution_gradient.ts";
import { framedInput, type Images, imagesOf, pieces } from "./images.ts";
import { bytesOf, each, frame, list, placesOf } from "./window.ts";

/** y[n, p, o] = sum over k, c of x[n, p stride + k dilation - pad, c] filter[k, c, o]. */
function convolve(b: Builder, x: View, filter: View, images: Images): View {
  const { window: { outSizes, strides, inSizes }, count, channels, outChannels } = images;
  const { frame: input, at } = framedInput(images);
  const { steps, length } = pieces(images);
  const lines = placesOf([outSizes[0], outSizes[1], 1]);
  const [y] = b.call({
    label: "convolution",
    operands: [b.whole(x), b.whole(filter)],
    work: { rows: count },
    byRow: [true, false],
    scratch: bytesOf(input, channels),
    body: ({ operands: [x, w], results: [y] }) =>
      `${list("ta", steps.map((step) => at([0, 0, 0], step)))}
${list("tb", steps.map((_, i) => i * length * outChannels))}
${list("first", lines.map((place) => at(place, [0, 0, 0])), "long")}
${list("result", lines.map((_, i) => i * outSizes[2] * outChannels), "long")}
const struct product p = { ${steps.length}, ta, tb, ${length}, ${
        strides[2] * channels
      }, 1, ${outChannels}, ${outChannels}, 0 };
const struct lines l = { ${lines.length}, ${outSizes[2]}, first, result };
for (long n = from; n < to; n++) {
  ${
        frame("image", `${x} + n * ${sizeOf(inSizes) * channels}L`, input, {
          sizes: inSizes,
          channels,
        })
      }
  slide(&p, &l, ${outChannels}, image - ${at([0, 0, 0], [0, 0, 0])}, ${w}, ${y} + n * ${
        sizeOf(outSizes) * outChannels
      }L);
}`,
  }, [{ shape: [count, ...outSizes, outChannels] }]);
  return y;
}

/** Up to how many channels are few: lanes of them alone would be idle. */
const FEW_CHANNELS = 4;

/** Whether the gradient of the input is computed as a convolution of dy: without strides it is one. */
function isConvolution({ window: { strides }, channels }: Images): boolean {
  return sizeOf(strides) === 1 && channels > FEW_CHANNELS;
}

/** The gradient of the input as a convolution of dy by the filter, each axis of it from its end. */
function convolveBack(b: Builder, dy: View, filter: View, images: Images): View {
  const { window, channels, outChannels } = images;
  const { kernel, dilations, before, inSizes, outSizes } = window;
  const reach = each(kernel, (axis) => (kernel[axis] - 1) * dilations[axis]);
  const axes = filter.shape.map((_, axis) => axis);
  const [c, o] = axes.splice(-2);
  const turned = reverse(transpose(filter, [...axes, o, c]), axes);
  return convolve(b, dy, turned, {
    ...images,
    channels: outChannels,
    outChannels: channels,
    window: {
      ...window,
      inSizes: outSizes,
      outSizes: inSizes,
      before: each(reach, (axis) => reach[axis] - before[axis]),
      after: each(reach, (axis) => inSizes[axis] + before[axis] - outSizes[axis]),
    },
  });
}

/** A view with its channels last, and one with them where they were. */
function channelsLast(view: View, { dataFormat }: Geometry): View {
  return dataFormat === "NCHW" ? transpose(view, [0, 2, 3, 1]) : view;
}

function restored(
  b: Builder,
  view: View,
  shape: readonly number[],
  { dataFormat }: Geometry,
): View {
  if (dataFormat !== "NCHW") return b.reshape(view, shape);
  const [batch, channels, ...sizes] = shape;
  return transpose(b.reshape(view, [batch, ...sizes, channels]), [0, 3, 1, 2]);
}

function forward({ isDepthwise }: { isDepthwise: boolean }): CRule {
  return (b, { x, filter, ...tensors }, attrs, [{ shape }]) => {
    const shapes = { inShape: x.shape, filterShape: filter.shape, isDepthwise };
    const geometry = geometryOf(shapes, attrs);
    const images = imagesOf(geometry);
    const compute = isDepthwise ? depthwise : convolve;
    const y = restored(b, compute(b, channelsLast(x, geometry), filter, images), shape, geometry);
    const { bias, preluActivationWeights: slopes } = tensors;
    // A number a channel, wherever the channels are.
    const perChannel = (view: View | undefined) =>
      view && geometry.dataFormat === "NCHW" && view.shape.length === 1 && view.shape[0] > 1
        ? b.reshape(view, [view.shape[0], 1, 1])
        : view;
    const others = { bias: perChannel(bias), preluActivationWeights: perChannel(slopes) };
    const given = Object.entries(others).filter(([, view]) => view !== undefined);
    return epilogue(b, y, Object.fromEntries(given) as Record<string, View>, attrs);
  };
}

/** The gradient of a convolution, by what it is the gradient of. */
function gradient(of: "input" | "filter", isDepthwise = false): CRule {
  return (b, { x, dy, filter }, attrs, [{ shape }]) => {
    const shapes = {
      inShape: of === "input" ? shape : x.shape,
      filterShape: of === "input" ? filter.shape : shape,
      isDepthwise,
    };
    const geometry = geometryOf(shapes, attrs);
    const images = imagesOf(geometry);
    const last = channelsLast(dy, geometry);
    // Of more places than the input has, as TensorFlow.js allows, the first.
    const rank = last.shape.length;
    const places = {
      ...last,
      shape: [last.shape[0], ...geometry.window.outSizes, last.shape[rank - 1]],
    };
    if (of === "input") {
      const compute = isDepthwise
        ? depthwiseInputGradient
        : isConvolution(images)
        ? convolveBack
        : inputGradient;
      return restored(b, compute(b, places, filter, images), shape, geometry);
    }
    const compute = isDepthwise ? depthwiseFilterGradient : filterGradient;
    return b.reshape(compute(b, channelsLast(x, geometry), places, images), shape);
  };
}

/** Convolutions and their gradients. One-dimensional ones come here as two-dimensional ones. */
export const convolutions: CRuleTable = {
  Conv2D: forward({ isDepthwise: false }),
  FusedConv2D: forward({ isDepthwise: false }),
  Conv3D: forward({ isDepthwise: false }),
  DepthwiseConv2dNative: forward({ isDepthwise: true }),
  FusedDepthwiseConv2D: forward({ isDepthwise: true }),
  Conv2DBackpropInput: gradient("input"),
  Conv2DBackpropFilter: gradient("filter"),
  Conv3DBackpropInputV2: gradient("input"),
  Conv3DBackpropFilterV2: gradient("filter"),
  DepthwiseConv2dNativeBackpropInput: gradient("input", true),
  DepthwiseConv2dNativeBackpropFilter: gradient("filter", true),
};
