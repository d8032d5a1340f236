import type { backend_util } from "@tensorflow/tfjs-core";
import { op, type Source } from "../recording/operation.ts";
import { spatialAxes } from "./layout.ts";

/** How a window slides over the spatial axes of a tensor; each list has one entry an axis. */
export interface Window {
  /** The extent of the window, without the gaps of dilation. */
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** The sizes of what it slides over, and the number of places where it stops. */
  readonly inSizes: readonly number[];
  readonly outSizes: readonly number[];
  /**
   * How far its first place starts before the input and its last place ends after it. Negative
   * where elements at that end are not read.
   */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Whether padding makes as many places as elements, or one for each stride of them. */
  readonly isSame: boolean;
}

/** The window of a kernel over height and width. */
export function window2d(info: backend_util.Conv2DInfo): Window {
  return finish({
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    inSizes: [info.inHeight, info.inWidth],
    outSizes: [info.outHeight, info.outWidth],
    before: [info.padInfo.top, info.padInfo.left],
    isSame: info.padInfo.type === "SAME",
  });
}

/** The window of a kernel over depth, height and width. */
export function window3d(info: backend_util.Conv3DInfo): Window {
  return finish({
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    inSizes: [info.inDepth, info.inHeight, info.inWidth],
    outSizes: [info.outDepth, info.outHeight, info.outWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    isSame: info.padInfo.type === "SAME",
  });
}

/** What follows at the end from the number of places, whatever padding mode led to it. */
function finish(window: Omit<Window, "after">): Window {
  const { kernel, strides, dilations, inSizes, outSizes, before } = window;
  const after = inSizes.map((size, i) => {
    const read = (outSizes[i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1;
    return read - size - before[i];
  });
  return { ...window, after };
}

/** Whether windows are recorded that slide over inputs of any size. */
let areFree = false;

/** Runs a function whose windows, if they are free, keep no padding that goes by the size. */
export function withFreeWindows<T>(isFree: boolean, fn: () => T): T {
  const outer = areFree;
  areFree = isFree;
  try {
    return fn();
  } finally {
    areFree = outer;
  }
}

/** Whether what is recorded is to take inputs of any height and width. */
export function hasFreeWindows(): boolean {
  return areFree;
}

/** The attributes that ONNX's Conv and pooling operators share. */
export function windowAttributes(
  { kernel, strides, dilations, isSame }: Window,
  pads: readonly number[],
) {
  const ofSize = areFree && isSame && strides.some((stride) => stride > 1);
  return {
    kernel_shape: [...kernel],
    strides: [...strides],
    dilations: [...dilations],
    ...ofSize ? { auto_pad: "SAME_UPPER" } : { pads: [...pads] },
  };
}

/** Sizes to add at the start and at the end of each spatial axis; negative ones are cut off. */
export type Margins = readonly [before: readonly number[], after: readonly number[]];

/** x as an operator can take it. */
export interface Fitted {
  readonly x: Source;
  /** The padding left to the operator. */
  readonly pads: readonly number[];
  /** The padding that x has already; positive sizes only where the operator cannot pad. */
  readonly margins: Margins;
}

/**
 * Makes x fit an operator. Operators pad by no negative size, and round the number of places down:
 * fewer elements than a stride may be left over at the end, more are cut off.
 *
 * @param x Channels first.
 * @param limit The most padding that the operator does itself; beyond it, x is filled up instead.
 */
export function fit(
  x: Source,
  { before, after, strides }: Window,
  { limit, fill = 0 }: { limit?: readonly number[]; fill?: number } = {},
): Fitted {
  const isFilled = limit !== undefined &&
    before.some((size, i) => size > limit[i] || after[i] > limit[i]);
  const margins: Margins = isFilled ? [before, after] : [
    before.map((size) => Math.min(0, size)),
    after.map((size, i) => size > -strides[i] ? 0 : size),
  ];
  const pads = [...before, ...after].map((size) => isFilled ? 0 : Math.max(0, size));
  return { x: pad(x, margins, { fill }), pads, margins };
}

/** x with margins added to its spatial axes, or cut off where they are negative. */
export function pad(
  x: Source,
  [before, after]: Margins,
  { fill = 0, isChannelsLast = false } = {},
): Source {
  const sizes = [...before, ...after];
  if (sizes.every((size) => size === 0)) return x;
  if (sizes.every((size) => size <= 0)) {
    // ONNX Runtime cuts off in a third of the time of padding by negative sizes.
    const ends = after.map((size) => size === 0 ? 2 ** 31 - 1 : size);
    const axes = spatialAxes(before.length + 2, isChannelsLast ? 1 : 2);
    return op.Slice(x, before.map((size) => -size), ends, axes);
  }
  const ofAxes = (sizes: readonly number[]) => isChannelsLast ? [0, ...sizes, 0] : [0, 0, ...sizes];
  return op.Pad(x, [...ofAxes(before), ...ofAxes(after)], fill);
}

/** The margins that take others away again. */
export function negated([before, after]: Margins): Margins {
  return [before.map((size) => -size), after.map((size) => -size)];
}

/** Every position in a window, in the order of a filter's elements. */
export function offsets({ kernel }: Window): number[][] {
  return kernel.reduce<number[][]>(
    (starts, size) =>
      starts.flatMap((start) => Array.from({ length: size }, (_, step) => [...start, step])),
    [[]],
  );
}

/** For masks, one for each position in a window, where each is the first that holds. */
export function firsts(masks: readonly Source[]): Source[] {
  let taken = masks[0];
  return masks.map((mask, i) => {
    if (i === 0) return mask;
    const first = op.And(mask, op.Not(taken));
    taken = op.Or(taken, mask);
    return first;
  });
}

/** Where one element of a window lies inside the input, along each spatial axis. */
export interface Inside {
  /** The first of its positions in the input, and the end of the last. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The places of the window for which it does: the first, and the end of the last. */
  readonly places: readonly (readonly [first: number, last: number])[];
}

/** Where the element of a window at an offset lies inside the input: `0 <= p * stride + from < size`. */
export function inside(window: Window, offset: readonly number[]): Inside {
  const { before, inSizes, outSizes, strides, dilations } = window;
  const ranges = offset.map((step, i) => {
    const from = step * dilations[i] - before[i];
    const first = Math.min(Math.max(0, Math.ceil(-from / strides[i])), outSizes[i]);
    const last = Math.min(outSizes[i], Math.floor((inSizes[i] - 1 - from) / strides[i]) + 1);
    return { from, first, last: Math.max(first, last) };
  });
  return {
    starts: ranges.map(({ from, first }, i) => from + first * strides[i]),
    ends: ranges.map(({ from, last }, i) => from + (last - 1) * strides[i] + 1),
    places: ranges.map(({ first, last }) => [first, last]),
  };
}

/** A window over an input whose last axis is cut into pieces as long as a stride. */
export interface Neighbours {
  /** The window over the pieces: along the last axis it moves from one to the next. */
  readonly strided: Window;
  /** For each piece in the window the elements that belong to it: the first, and the end of the last. */
  readonly chunks: readonly (readonly [first: number, end: number])[];
  /** The length of a piece; 1 where the axis cannot be cut. */
  readonly width: number;
}

/**
 * Cuts the last axis of what a window slides over, so that neighbours in the window that lie in one
 * piece can be read together.
 */
export function withNeighbours(window: Window): Neighbours {
  const last = window.kernel.length - 1;
  const [kernel, stride, before] = [window.kernel, window.strides, window.before].map((each) =>
    each[last]
  );
  const isCut = stride > 1 && window.dilations[last] === 1 && window.inSizes[last] % stride === 0;
  if (!isCut) {
    return { strided: window, chunks: Array.from({ length: kernel }, () => [0, 1]), width: 1 };
  }
  const first = Math.floor(-before / stride);
  const count = Math.floor((kernel - 1 - before) / stride) - first + 1;
  const chunks = Array.from({ length: count }, (_, piece) => {
    const start = (first + piece) * stride + before;
    return [Math.max(0, -start), Math.min(stride, kernel - start)] as const;
  });
  const along = (values: readonly number[], value: number) => values.with(last, value);
  return {
    strided: finish({
      kernel: along(window.kernel, count),
      strides: along(window.strides, 1),
      dilations: window.dilations,
      inSizes: along(window.inSizes, window.inSizes[last] / stride),
      outSizes: window.outSizes,
      before: along(window.before, -first),
      isSame: false,
    }),
    chunks,
    width: stride,
  };
}
