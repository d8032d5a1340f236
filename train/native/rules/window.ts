import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Window } from "../../record/kernels/window.ts";

/** Three numbers: of depth, height and width. */
export type Triple = readonly [number, number, number];

/** A window over depth, height and width. */
export interface Window3 {
  readonly kernel: Triple;
  readonly strides: Triple;
  readonly dilations: Triple;
  readonly inSizes: Triple;
  readonly outSizes: Triple;
  /** Negative where elements are not read. */
  readonly before: Triple;
  readonly after: Triple;
}

/** A window with three axes, the depth of one over height and width being 1. */
export function threeAxes(window: Window): Window3 {
  const three = (values: readonly number[], fill: number) =>
    (values.length === 3 ? values : [fill, ...values]) as unknown as Triple;
  const { kernel, strides, dilations, inSizes, outSizes, before, after } = window;
  return {
    kernel: three(kernel, 1),
    strides: three(strides, 1),
    dilations: three(dilations, 1),
    inSizes: three(inSizes, 1),
    outSizes: three(outSizes, 1),
    before: three(before, 0),
    after: three(after, 0),
  };
}

/** Every place `[depth, row, column]` in some sizes, in order. */
export function placesOf(sizes: readonly number[]): Triple[] {
  const [, rows, columns] = sizes;
  return Array.from({ length: sizeOf(sizes) }, (_, i): Triple => [
    Math.floor(i / (rows * columns)),
    Math.floor(i / columns) % rows,
    i % columns,
  ]);
}

export function each<T extends readonly number[]>(values: T, fn: (axis: number) => number): Triple {
  return values.map((_, axis) => fn(axis)) as unknown as Triple;
}

/** An image with margins, and where its elements are. */
export interface Framed {
  readonly before: Triple;
  readonly after: Triple;
  /** Of the image with its margins. */
  readonly sizes: Triple;
  /** The index of the first channel of a place. */
  readonly at: (place: readonly number[]) => number;
}

/** An image with margins, none of which is negative. */
export function framed(sizes: Triple, before: Triple, after: Triple, channels: number): Framed {
  const whole = each(sizes, (axis) => before[axis] + sizes[axis] + after[axis]);
  return {
    before,
    after,
    sizes: whole,
    at: ([depth, row, column]) => ((depth * whole[1] + row) * whole[2] + column) * channels,
  };
}

/** Bytes that an image takes with its margins. */
export function bytesOf({ sizes }: Framed, channels: number): number {
  return 4 * (sizeOf(sizes) * channels + 64);
}

/** A list as a C array. */
export function list(name: string, values: readonly number[], type = "int"): string {
  const all = values.length === 0 ? [0] : values;
  return `static const ${type} ${name}[${all.length}] = { ${all.join(", ")} };`;
}

/** C text that gives an image with its margins as `name`. */
export function frame(
  name: string,
  image: string,
  { before, after }: Framed,
  { sizes, channels, to = "(float *)scratch" }: { sizes: Triple; channels: number; to?: string },
): string {
  return `${list("sizes", sizes)}
${list("before", before)}
${list("after", after)}
const float *${name} = with_margins(${image}, sizes, before, after, ${channels}, ${to});`;
}
