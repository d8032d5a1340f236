import { sizeOf } from "../../../lib/array/ndarray.ts";
import { type Geometry, geometryOf } from "../../record/kernels/convolution.ts";
import type { Builder } from "../program/builder.ts";
import { PARTS, type View } from "../program/ir.ts";
import { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise.ts";
import { epilogue } from "./elementwise.ts";
import type { CRule, CRuleTable } from "./rule.ts";
import { transpose } from "./shape.ts";
import {
  bytesOf,
  each,
  frame,
  framed,
  list,
  placesOf,
  threeAxes,
  type Triple,
  type Window3,
} from "./window.ts";

/** A convolution of images whose channels are last. */
export interface Images {
  readonly window: Window3;
  readonly count: number;
  readonly channels: number;
  readonly outChannels: number;
}

export function imagesOf({ window, inShape, filterShape, dataFormat }: Geometry): Images {
  const isFirst = dataFormat === "NCHW";
  return {
    window: threeAxes(window),
    count: inShape[0],
    channels: isFirst ? inShape[1] : inShape.at(-1)!,
    outChannels: filterShape.at(-1)!,
  };
}

/** What a window reads: the image with margins, and where places begin in it. */
export function framedInput({ window, channels }: Images) {
  const { inSizes, before, after, strides, dilations } = window;
  const margin = (sizes: Triple) => each(sizes, (axis) => Math.max(0, sizes[axis]));
  const frame = framed(inSizes, margin(before), margin(after), channels);
  return {
    frame,
    /** Where the element of a window is that stands at a place. */
    at: (place: readonly number[], step: readonly number[]) =>
      frame.at(
        each(step as Triple, (axis) =>
          place[axis] * strides[axis] + step[axis] * dilations[axis] + Math.max(0, -before[axis])),
      ),
  };
}

/**
 * The steps of a window, as many in one piece as lie beside each other: without dilation those of a
 * row of the window, channels and all.
 */
function pieces({ window: { kernel, dilations }, channels }: Images) {
  const [depth, rows, columns] = kernel;
  const isJoined = dilations[2] === 1;
  return {
    steps: placesOf([depth, rows, isJoined ? 1 : columns]),
    length: isJoined ? columns * channels : channels,
  };
}

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

/** The places of dx that are `phase` beyond a multiple of the stride, and the steps that reach them. */
function phaseOf({ kernel, strides, dilations, before, inSizes }: Window3, phase: Triple) {
  const offset = (axis: number, step: number) =>
    (phase[axis] + before[axis] - step * dilations[axis]) / strides[axis];
  const steps = placesOf(kernel).filter((step) =>
    step.every((value, axis) => Number.isInteger(offset(axis, value)))
  );
  return {
    phase,
    steps,
    /** The place of dy that a step reads, for the first place of the phase. */
    offsets: steps.map((step) => each(step, (axis) => offset(axis, step[axis]))),
    counts: each(
      phase,
      (axis) => Math.max(0, Math.ceil((inSizes[axis] - phase[axis]) / strides[axis])),
    ),
  };
}

/**
 * dx[n, p stride + k dilation - pad, c] += sum over o of dy[n, p, o] filter[k, c, o], which is also
 * transposed convolution: a convolution of dy for each phase of the stride, lanes being c.
 */
function inputGradient(b: Builder, dy: View, filter: View, images: Images): View {
  const { window, count, channels, outChannels } = images;
  const { inSizes, outSizes, strides } = window;
  const phases = placesOf(strides).map((phase) => phaseOf(window, phase));
  const all = phases.flatMap(({ offsets, counts }) =>
    offsets.flatMap((offset) => [offset, each(offset, (axis) => offset[axis] + counts[axis] - 1)])
  );
  const before = each(outSizes, (axis) => Math.max(0, ...all.map((place) => -place[axis])));
  const after = each(
    outSizes,
    (axis) => Math.max(0, ...all.map((place) => place[axis] - outSizes[axis] + 1)),
  );
  const output = framed(outSizes, before, after, outChannels);
  const rank = filter.shape.length;
  const axes = filter.shape.map((_, axis) => axis).slice(0, -2);
  const turned = transpose(filter, [...axes, rank - 1, rank - 2]);
  const at = (place: Triple) => output.at(each(place, (axis) => place[axis] + before[axis]));
  const stepSize = channels * outChannels;
  const [, rows, columns] = window.kernel;
  const [dx] = b.call({
    label: "convolution_back",
    operands: [b.whole(dy), b.whole(turned)],
    work: { rows: count },
    byRow: [true, false],
    scratch: bytesOf(output, outChannels),
    body: ({ operands: [dy, w], results: [dx] }) =>
      `for (long n = from; n < to; n++) {
  float *to_image = ${dx} + n * ${sizeOf(inSizes) * channels}L;
  ${
        frame("image", `${dy} + n * ${sizeOf(outSizes) * outChannels}L`, output, {
          sizes: outSizes,
          channels: outChannels,
        })
      }
${
        phases.map(({ phase, steps, offsets, counts }) => {
          const lines = placesOf([counts[0], counts[1], 1]);
          if (lines.length === 0 || counts[2] === 0) return "";
          const target = lines.map(([depth, row]) =>
            (((depth * strides[0] + phase[0]) * inSizes[1] + row * strides[1] + phase[1]) *
                inSizes[2] + phase[2]) * channels
          );
          return `  { /* phase ${phase} of the stride */
    ${list("ta", offsets.map(at))}
    ${
            list(
              "tb",
              steps.map(([d, r, c]) => ((d * rows + r) * columns + c) * stepSize),
            )
          }
    ${list("first", lines.map((place) => output.at(place)), "long")}
    ${list("result", target, "long")}
    const struct product p = { ${steps.length}, ta, tb, ${outChannels}, ${outChannels}, 1, ${channels}, ${
            strides[2] * channels
          }, 0 };
    const struct lines l = { ${lines.length}, ${counts[2]}, first, result };
    slide(&p, &l, ${channels}, image, ${w}, to_image);
  }`;
        }).join("\n")
      }
}`,
  }, [{ shape: [count, ...inSizes, channels] }]);
  return dx;
}

/** dfilter[k, c, o] = sum over n, p of x[n, p stride + k dilation - pad, c] dy[n, p, o], in parts. */
function filterGradient(b: Builder, x: View, dy: View, images: Images): View {
  const { window: { outSizes, strides, inSizes, kernel }, count, channels, outChannels } = images;
  const { frame: input, at } = framedInput(images);
  const { steps, length } = pieces(images);
  const lines = placesOf([outSizes[0], outSizes[1], 1]);
  const size = sizeOf(kernel) * channels * outChannels;
  const [parts] = b.call({
    label: "filter_gradient",
    operands: [b.whole(x), b.whole(dy)],
    work: { rows: count },
    byRow: [true, true],
    inParts: true,
    scratch: bytesOf(input, channels),
    body: ({ operands: [x, dy], results: [dw] }) =>
      `${list("ta", lines.map((place) => at(place, [0, 0, 0])))}
${list("tb", lines.map((_, i) => i * outSizes[2] * outChannels))}
${list("first", steps.map((step) => at([0, 0, 0], step) - at([0, 0, 0], [0, 0, 0])), "long")}
${list("result", steps.map((_, i) => i * length * outChannels), "long")}
const struct product p = { ${lines.length}, ta, tb, ${outSizes[2]}, 1, ${
        strides[2] * channels
      }, ${outChannels}, ${outChannels}, 1 };
const struct lines l = { ${steps.length}, ${length}, first, result };
float *part = ${dw} + task * ${size}L;
memset(part, 0, sizeof(float) * ${size});
for (long n = from; n < to; n++) {
  ${
        frame("image", `${x} + n * ${sizeOf(inSizes) * channels}L`, input, {
          sizes: inSizes,
          channels,
        })
      }
  slide(&p, &l, ${outChannels}, image, ${dy} + n * ${sizeOf(outSizes) * outChannels}L, part);
}`,
  }, [{ shape: [PARTS, size] }]);
  return b.addParts(parts);
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
      const compute = isDepthwise ? depthwiseInputGradient : inputGradient;
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
