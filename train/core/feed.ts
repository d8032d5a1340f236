import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import { take } from "../../lib/array/rows.ts";
import { Random } from "../../lib/array/random.ts";
import { checkConstraints, isIntegerFrom, isOptional } from "../../lib/constraints.ts";
import type { CopyImages } from "../../lib/data/augment.ts";
import { InputError } from "../../lib/input_error.ts";
import type { EpochLog } from "./callbacks.ts";

/** Arrays with one row per example, by name. uint8 is pixels, which a step sees as [0, 1]. */
export type Examples = Readonly<
  Record<string, NdArray<"uint8"> | NdArray<"float32"> | NdArray<"int32">>
>;

/** Rows that are computed when a batch needs them, such as augmented copies: the same every time. */
export interface ComputedRows {
  readonly dtype: "uint8" | "float32";
  /** Rows and the shape of each. */
  readonly shape: readonly number[];
  /** The rows at some indices, in that order; an engine may bring a function that copies images. */
  take(rows: ArrayLike<number>, copy?: CopyImages): NdArray<"uint8"> | NdArray<"float32">;
}

/** Examples of a feed, some of which may be computed. */
export type FeedExamples = Readonly<Record<string, Examples[string] | ComputedRows>>;

/** What varies from step to step. */
export interface Feed {
  /**
   * What batches are gathered from. A function gives new examples each epoch, as augmentation does:
   * the same for the same epoch, counted from 1 through all phases.
   */
  readonly examples: FeedExamples | ((epoch: number) => FeedExamples);
  /** Standard normal noise: the shape of one row, by name. @default {{}} */
  readonly noise?: Readonly<Record<string, readonly number[]>>;
  /** Scalars such as the learning rate or beta, by name. @default {{}} */
  readonly scalars?: Readonly<Record<string, Scalar>>;
}

/**
 * The value of a step, counted from 0 through the epochs of the phase, after the epochs of the phase
 * that are done: a resumed training gets the same values.
 */
export type Scalar = (step: number, history: readonly EpochLog[]) => number;

/** The inputs of some steps, computed beforehand so that every engine sees the same. */
export interface Chunk {
  /** From 1, through all phases. */
  readonly epoch: number;
  readonly examples: Examples;
  /** The row of each example of each batch, `[steps, batchSize]`. */
  readonly indices: NdArray<"int32">;
  /** Noise `[steps, batchSize, …]` and scalars `[steps]`, by name. */
  readonly perStep: Readonly<Record<string, NdArray<"float32">>>;
}

/** Options for {@linkcode chunks}. */
export interface ChunkOptions {
  /** From 1, through all phases. It names the random streams. */
  readonly epoch: number;
  /** Steps of the phase before this epoch. @default {0} */
  readonly firstStep?: number;
  /** The log of the epochs of the phase before this one. @default {[]} */
  readonly history?: readonly EpochLog[];
  readonly batchSize: number;
  readonly seed: number;
  /** Take the examples in random order, or as they are. @default {true} */
  readonly shuffle?: boolean;
  /**
   * Leave the examples that do not fill the last batch out of the epoch, or make a smaller batch of
   * them, which is a chunk of its own.
   * @default {true}
   */
  readonly dropRemainder?: boolean;
  /** The number of steps of the next chunk. @default {() => 36} */
  readonly size?: () => number;
  /** What transforms augmented copies, as fast as the engine can. */
  readonly copyImages?: CopyImages | undefined;
}

/**
 * The chunks of one epoch. They depend on the seed and the epoch alone, so training resumes after
 * any epoch without the state of a generator.
 */
export function* chunks(
  feed: Feed,
  {
    epoch,
    firstStep = 0,
    history = [],
    batchSize,
    seed,
    shuffle = true,
    dropRemainder = true,
    size = () => 36,
    copyImages,
  }: ChunkOptions,
): Generator<Chunk> {
  const examples = examplesOf(feed, epoch);
  const count = countExamples(examples);
  const steps = Math.floor(count / batchSize);
  const order = shuffle
    ? Int32Array.from(new Random(seed, `order ${epoch}`).permutation(count))
    : Int32Array.from({ length: count }, (_, i) => i);
  const noise = Object.entries(feed.noise ?? {}).map(([name, shape]) => ({
    name,
    shape,
    random: new Random(seed, `noise ${name} ${epoch}`),
  }));
  const all = areArrays(examples);
  const chunkOf = (start: number, length: number, batchSize: number, rows: Int32Array): Chunk => {
    const shapeOf = (shape: readonly number[]) => [length, batchSize, ...shape];
    return {
      epoch,
      examples: all ? examples : takeExamples(examples, rows, copyImages),
      indices: ndarray("int32", [length, batchSize], all ? rows : rows.map((_, i) => i)),
      perStep: {
        ...Object.fromEntries(noise.map(({ name, shape, random }) => [
          name,
          ndarray("float32", shapeOf(shape), random.normals(sizeOf(shapeOf(shape)))),
        ])),
        ...mapValues(feed.scalars ?? {}, (at) => {
          const values = Float32Array.from(
            { length },
            (_, i) => at(firstStep + start + i, history),
          );
          return ndarray("float32", [length], values);
        }),
      },
    };
  };
  for (let start = 0, end = 0; start < steps; start = end) {
    end = Math.min(start + size(), steps);
    const rows = order.subarray(start * batchSize, end * batchSize);
    yield chunkOf(start, end - start, batchSize, rows);
  }
  const remainder = order.subarray(steps * batchSize);
  if (!dropRemainder && remainder.length > 0) yield chunkOf(steps, 1, remainder.length, remainder);
}

/** The examples of an epoch. */
export function examplesOf({ examples }: Feed, epoch: number): FeedExamples {
  return typeof examples === "function" ? examples(epoch) : examples;
}

/** A feed that computes the examples of an epoch once, however often they are asked for. */
export function rememberExamples(feed: Feed): Feed {
  const { examples } = feed;
  if (typeof examples !== "function") return feed;
  let last: { readonly epoch: number; readonly examples: FeedExamples } | undefined;
  return {
    ...feed,
    examples(epoch) {
      if (last?.epoch === epoch) return last.examples;
      // What is not needed any more can be hundreds of megabytes.
      last = undefined;
      last = { epoch, examples: examples(epoch) };
      return last.examples;
    },
  };
}

/** The rows of examples at some indices, computed where they are not there. */
export function takeExamples(
  examples: FeedExamples,
  rows: ArrayLike<number>,
  copyImages?: CopyImages,
): Examples {
  return mapValues(
    examples,
    (each) => "take" in each ? each.take(rows, copyImages) : take(each as NdArray<"float32">, rows),
  );
}

function areArrays(examples: FeedExamples): examples is Examples {
  return Object.values(examples).every((each) => "data" in each);
}

/**
 * The number of rows of each array.
 *
 * @throws {InputError} If their numbers differ, or there is no array.
 */
export function countExamples(examples: FeedExamples): number {
  const [first, ...rest] = Object.entries(examples);
  if (first === undefined) {
    throw new InputError("Cannot train: there are no arrays of examples, at least one is needed");
  }
  const [name, { shape: [count] }] = first;
  const other = rest.find(([, { shape }]) => shape[0] !== count);
  if (other !== undefined) {
    throw new InputError(
      `Cannot train: "${name}" has ${count} rows and "${other[0]}" ${
        other[1].shape[0]
      }, the same number is needed`,
    );
  }
  return count;
}

/**
 * Steps of an epoch.
 *
 * @throws {InputError} If the examples fill no batch.
 */
export function countSteps(
  examples: FeedExamples,
  { batchSize, dropRemainder }: { batchSize: number; dropRemainder: boolean },
): number {
  const count = countExamples(examples);
  const least = dropRemainder ? batchSize : 1;
  if (count < least) {
    throw new InputError(
      `Cannot train: there are ${count} examples, a batch of ${least} needs at least as many`,
    );
  }
  return stepsOf(count, { batchSize, dropRemainder });
}

/** Steps of an epoch of so many examples. */
export function stepsOf(
  count: number,
  { batchSize, dropRemainder }: { batchSize: number; dropRemainder: boolean },
): number {
  return dropRemainder ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
}

/**
 * Checks the options of a training that are integers, where they are given.
 *
 * @throws {InputError} If one is none, or too small.
 */
export function checkTraining(options: object): void {
  const count = ["an integer of 0 or more", isOptional(isIntegerFrom(0))] as const;
  checkConstraints(options as Readonly<Record<string, unknown>>, [
    ["epochs", ...count],
    ["epochsBefore", ...count],
    ["batchSize", "an integer of 1 or more", isOptional(isIntegerFrom(1))],
    ["seed", ...count],
    ["threads", ...count],
  ], "train");
}

/** The same names with other values. */
export function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  fn: (value: T, name: string) => U,
): Record<string, U> {
  const entries = Object.entries(record).map(([name, value]) => [name, fn(value, name)]);
  return Object.fromEntries(entries);
}
