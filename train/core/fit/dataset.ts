import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { join } from "../../../lib/array/rows.ts";
import { InputError } from "../../../lib/input_error.ts";
import type { Examples } from "../feed.ts";
import { arrayOf, type LabelledExamples, type Rows } from "./arrays.ts";

/** A dataset of `tf.data` in batches, as `model.fitDataset()` takes it. */
export interface BatchedDataset {
  iterator(): Promise<BatchIterator>;
}

interface BatchIterator {
  next(): Promise<{ readonly value: unknown; readonly done?: boolean }>;
}

/** Tensors of a batch: one, some in order, or some by name. */
type Tensors = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** The examples of an epoch, and how many a batch has. */
export interface DatasetEpoch extends LabelledExamples {
  readonly batchSize: number;
}

/** Whether something is a dataset, and no arrays. */
export function isDataset(data: object): data is BatchedDataset {
  return "iterator" in data && typeof data.iterator === "function";
}

/**
 * Reads a dataset an epoch at a time, whose batches it keeps in its order: all of it again for each
 * epoch, as it may be shuffled or augmented, or so many batches on.
 *
 * @returns What reads the next epoch. It throws InputError if there are no batches of `xs` and `ys`,
 * or another than the last is smaller.
 */
export function epochsOf(
  dataset: BatchedDataset,
  { batchesPerEpoch = Infinity }: { batchesPerEpoch?: number | undefined } = {},
): () => Promise<DatasetEpoch> {
  let open: BatchIterator | undefined;
  return async () => {
    const batches: { x: Arrays; y: Arrays }[] = [];
    open ??= await dataset.iterator();
    while (batches.length < batchesPerEpoch) {
      const { value, done } = await open.next();
      if (done) {
        open = undefined;
        // What is left of a dataset begins an epoch that the dataset's start ends.
        if (batches.length === 0 || batchesPerEpoch === Infinity) break;
        open = await dataset.iterator();
        continue;
      }
      batches.push(await readBatch(value));
    }
    if (batches.length === 0) throw datasetError("it has no batches, at least one is needed");
    const counts = batches.map(({ x }) => rowCount(x));
    const other = counts.findIndex((count, i) =>
      i === counts.length - 1 ? count > counts[0] : count !== counts[0]
    );
    if (other !== -1) {
      throw datasetError(
        `batch ${other} has ${counts[other]} examples and the first ${
          counts[0]
        }, the same number is needed in all but the last, which may have fewer`,
      );
    }
    return {
      x: joined(batches.map(({ x }) => x)),
      y: joined(batches.map(({ y }) => y)),
      batchSize: counts[0],
    };
  };
}

/** Some in order, or some by name. */
type Arrays = Examples | readonly Examples[string][];

async function readBatch(value: unknown): Promise<{ x: Arrays; y: Arrays }> {
  const { xs, ys } = (value ?? {}) as { xs?: Tensors; ys?: Tensors };
  if (xs === undefined || ys === undefined) {
    throw datasetError("it gives no batches of { xs, ys }, which tf.data.zip({ xs, ys }) makes");
  }
  const batch = { x: await readTensors(xs), y: await readTensors(ys) };
  tf.dispose(value as tf.TensorContainer);
  return batch;
}

/** One tensor is a list of one. */
async function readTensors(tensors: Tensors): Promise<Arrays> {
  if (tensors instanceof tf.Tensor) return [await arrayOf(tensors)];
  const entries = Object.entries(tensors as Readonly<Record<string, tf.Tensor>>);
  const arrays = await Promise.all(entries.map(([, tensor]) => arrayOf(tensor)));
  return Array.isArray(tensors)
    ? arrays
    : Object.fromEntries(entries.map(([name], i) => [name, arrays[i]]));
}

function rowCount(arrays: Arrays): number {
  return Object.values(arrays)[0]?.shape[0] ?? 0;
}

function joined(batches: readonly Arrays[]): Record<string, Rows> | Rows[] {
  const entries = Object.keys(batches[0]).map((name) => [
    name,
    join(batches.map((batch) => (batch as Record<string, NdArray<"float32">>)[name])),
  ]);
  return Array.isArray(batches[0])
    ? entries.map(([, array]) => array as Rows)
    : Object.fromEntries(entries);
}

function datasetError(fault: string): InputError {
  return new InputError(`Cannot train on the dataset: ${fault}`);
}
