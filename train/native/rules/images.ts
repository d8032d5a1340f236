import type { Geometry } from "../../record/kernels/convolution.ts";
import { each, framed, placesOf, threeAxes, type Triple, type Window3 } from "./window.ts";

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
export function pieces({ window: { kernel, dilations }, channels }: Images) {
  const [depth, rows, columns] = kernel;
  const isJoined = dilations[2] === 1;
  return {
    steps: placesOf([depth, rows, isJoined ? 1 : columns]),
    length: isJoined ? columns * channels : channels,
  };
}
