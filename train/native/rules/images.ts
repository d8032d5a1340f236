import { sizeOf } from "../../../lib/array/ndarray.ts";
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

/** Where the window of a place begins in an image with margins, as C text. */
export function windowAt(images: Images, place: string): string {
  const { window: { outSizes: [, height, width], strides }, channels } = images;
  const [, rows, columns] = framedInput(images).frame.sizes;
  const [depth, row, column] = [
    `${place} / ${height * width} * ${strides[0] * rows}`,
    `${place} / ${width} % ${height} * ${strides[1]}`,
    `${place} % ${width} * ${strides[2]}`,
  ];
  return `((${depth} + ${row}) * ${columns} + ${column}) * ${channels}`;
}

/** C text that has `add` add to an image with margins, `sum`, then copies what is within them to dx. */
export function addedUp(images: Images, dx: string, add: string): string {
  const { window: { inSizes: [depth, height, width] }, channels } = images;
  const { before, sizes } = framedInput(images).frame;
  return `memset(sum, 0, sizeof(float) * ${sizeOf(sizes) * channels});
${add}
for (long d = 0; d < ${depth}; d++)
  for (long r = 0; r < ${height}; r++)
    memcpy(${dx} + (d * ${height} + r) * ${width * channels},
           sum + (((d + ${before[0]}) * ${sizes[1]} + r + ${before[1]}) * ${sizes[2]} + ${
    before[2]
  }) * ${channels}, sizeof(float) * ${width * channels});`;
}
