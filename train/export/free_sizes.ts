import type * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../../lib/onnx/mod.ts";
import { withFreeWindows } from "../record/kernels/window.ts";
import { withRecurrentOperators } from "./recurrent_operators.ts";
import { type AssumeCount, withCounts } from "../record/recording/counted.ts";
import { emitGraph, type InputSpec, record, type Recording } from "../record/mod.ts";

/** A pure function of tensors, all by name. */
export type Computation = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

/** An input of what is exported. */
export interface ExportInput extends Omit<InputSpec, "shape"> {
  /**
   * A size of `null` or with a name is free: the first is called `batch`, and others `time` of three
   * axes, `height` and `width` of four. Sizes of one name are equal.
   */
  readonly shape: readonly (number | string | null)[];
  /**
   * The numbers that the export is tried with, from and below: integers for int32.
   *
   * @default {[-1, 1]} `[0, 2]` for int32
   */
  readonly range?: readonly [number, number];
}

/** Inputs by name. */
type Inputs = Readonly<Record<string, ExportInput>>;

/** Options for {@linkcode recordFreeSizes}. */
export interface RecordOptions {
  inputs: Inputs;
  /** Tensors that are stored with the graph, by the name they get there. @default {{}} */
  parameters?: Readonly<Record<string, tf.Tensor>>;
  /** @default {"graph"} */
  name?: string;
  /** Starts the names of what is neither input, output nor parameter. @default {""} */
  prefix?: string;
  /** What the free batch size is called. @default {"batch"} */
  batchName?: string;
}

/** Sizes by their names. */
type Sizes = Readonly<Record<string, number>>;

/** Two sizes of a batch to record with, so that what depends on the size shows. */
const BATCHES = [7, 11] as const;

/**
 * How far two other sizes lie apart; nets that halve and double images may want multiples of 32. From
 * odd sizes it shows what is rounded.
 */
const STEPS = [5, 32] as const;

/** Records a function as a graph that takes inputs of any size where they leave it free. */
export function recordFreeSizes(fn: Computation, options: RecordOptions): Graph {
  const isBatchAlone = freeNames(options.inputs).every((name) => name === BATCH);
  if (isBatchAlone) return recordSteps(fn, options, 0);
  try {
    return withFreeWindows(true, () => recordSteps(fn, options, STEPS[0]));
  } catch {
    return withFreeWindows(true, () => recordSteps(fn, options, STEPS[1]));
  }
}

function recordSteps(
  fn: Computation,
  { inputs, parameters = {}, batchName = BATCH, ...options }: RecordOptions,
  step: number,
): Graph {
  const names = freeNames(inputs);
  let countIndices: number[] = [];
  /** What differs are the free sizes, and then the counts; `least` is that of a count that differs. */
  const at = (isOther: (i: number) => boolean, least?: number) => {
    const found = new Set<number>();
    const assumed: AssumeCount = (index, most) => {
      found.add(index);
      return isOther(names.length + index) ? Math.min(least ?? most >> 1, most) : most;
    };
    const sizes = names.map((name, i) => {
      const pair = name === BATCH ? BATCHES : [32 + 32 * i, 32 + 32 * i + step];
      return [name, pair[isOther(i) ? 1 : 0]];
    });
    const specs = specsAt(inputs, Object.fromEntries(sizes));
    const recording = withCounts(
      assumed,
      () => withRecurrentOperators(() => record(fn, specs, { parameters })),
    );
    countIndices = [...found];
    return recording;
  };
  const first = at(() => false);
  const isCounted = countIndices.length > 0;
  const variables = [...names, ...countIndices];
  const others = variables.map((_, one) => at((i) => i === one));
  if (isCounted) others.push(atFewest((least) => at(() => true, least)));
  else if (variables.length > 1) others.push(at(() => true));
  const sizeNames = Object.entries(inputs).map(([input, { shape }]) => [
    input,
    shape.map((_, axis) => {
      const name = freeName(shape, axis);
      return name === BATCH ? batchName : name;
    }),
  ]);
  return emitGraph(first, {
    ...options,
    others,
    sizeNames: Object.fromEntries(sizeNames),
  });
}

/**
 * Where nothing is found, numbers show that have a least or greatest; what cannot be computed of no
 * rows is tried with one.
 */
function atFewest(at: (least: number) => Recording): Recording {
  try {
    return at(0);
  } catch {
    return at(1);
  }
}

/** What the first free size is called. */
export const BATCH = "batch";

/** The names of all free sizes, without repeats. */
export function freeNames(inputs: Inputs): string[] {
  const names = Object.values(inputs).flatMap(({ shape }) =>
    shape.flatMap((_, axis) => freeName(shape, axis) ?? [])
  );
  return [...new Set(names)];
}

/** The name of a size, `undefined` where it is a number. */
function freeName(shape: ExportInput["shape"], axis: number): string | undefined {
  const size = shape[axis];
  if (typeof size === "number") return undefined;
  if (size !== null) return size;
  if (axis === 0) return BATCH;
  const known = shape.length === 3 ? ["time"] : shape.length === 4 ? ["height", "width"] : [];
  return known[axis - 1] ?? `axis_${axis}`;
}

/** The inputs with free sizes filled in. */
export function specsAt(inputs: Inputs, sizes: Sizes): Record<string, InputSpec> {
  const specs = Object.entries(inputs).map(([name, spec]): [string, InputSpec] => {
    const { shape } = spec;
    const filled = shape.map((size, axis) =>
      typeof size === "number" ? size : sizes[freeName(shape, axis)!]
    );
    return [name, { ...spec, shape: filled }];
  });
  return Object.fromEntries(specs);
}
