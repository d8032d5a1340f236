import { op, type Source } from "../recording/operation.ts";
import type { Recorded } from "../recording/recorded.ts";

/** Where TensorFlow.js has the channels; ONNX has them first, after the batch. */
export type DataFormat = "NHWC" | "NCHW" | "NDHWC" | "NCDHW" | undefined;

export function isChannelsFirst(dataFormat: DataFormat): boolean {
  return dataFormat === "NCHW" || dataFormat === "NCDHW";
}

/** x with its channels as the second axis. */
export function channelsFirst({ source, shape }: Recorded, dataFormat: DataFormat): Source {
  return isChannelsFirst(dataFormat)
    ? source
    : op.Transpose(source, { perm: toFirst(shape.length) });
}

/** x with its channels as the last axis. */
export function channelsLast({ source, shape }: Recorded, dataFormat: DataFormat): Source {
  return isChannelsFirst(dataFormat)
    ? op.Transpose(source, { perm: toLast(shape.length) })
    : source;
}

/** Undoes {@linkcode channelsFirst}. */
export function restore(source: Source, dataFormat: DataFormat, rank: number): Source {
  return isChannelsFirst(dataFormat) ? source : op.Transpose(source, { perm: toLast(rank) });
}

function toFirst(rank: number): number[] {
  return [0, rank - 1, ...spatialAxes(rank, 1)];
}

function toLast(rank: number): number[] {
  return [0, ...spatialAxes(rank, 2), 1];
}

/** The axes between batch and channels, where `first` is the first of them. */
export function spatialAxes(rank: number, first: number): number[] {
  return Array.from({ length: rank - 2 }, (_, i) => first + i);
}

/** x backwards along some axes. */
export function reversed(x: Source, axes: readonly number[]): Source {
  const each = (value: number) => axes.map(() => value);
  return op.Slice(x, each(-1), each(BEFORE_FIRST), axes, each(-1));
}

/** Where a backward slice ends that takes the first element too: ONNX counts -1 from the end. */
export const BEFORE_FIRST = -(2 ** 31);
