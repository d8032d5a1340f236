import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { slice } from "../../../lib/array/rows.ts";
import { InputError } from "../../../lib/input_error.ts";
import { countExamples, type Examples, mapValues } from "../feed.ts";
import { type ByName, fitting, named } from "../layers_loss.ts";
import { type ClassWeight, rowWeights } from "./weights.ts";

/** An array, or a tensor, with a row an example. */
export type Rows = Examples[string] | tf.Tensor;

/**
 * What a model is trained on, a row an example. Bytes stand for pixels and become [0, 1]; labels may
 * be bytes only where they are images. A tensor of one axis gets a second, as `model.fit()` has it.
 */
export interface LabelledExamples {
  /** Its inputs: by their names in the model or in its order, if it has several. */
  readonly x: ByName<Rows>;
  /** What the loss compares its outputs with: by their names or in its order, if it has several. */
  readonly y: ByName<Rows>;
  /** A factor of the loss of each row: for all outputs, or by their names. */
  readonly sampleWeight?: ByName<Rows> | undefined;
}

/**
 * The arrays under names that tell labels, `y/NAME`, and weights, `weight/NAME`, from inputs, `x/NAME`.
 *
 * @throws {InputError} If they do not fit the model.
 */
export async function joinExamples(
  model: LayersModel,
  { x, y, sampleWeight }: LabelledExamples,
  classWeight?: ClassWeight,
): Promise<Examples> {
  const inputs = fitting(await arraysOf(named(x, model, "input")), model);
  const labels = await arraysOf(named(y, model, "output"));
  for (const [name, { dtype, shape }] of Object.entries(labels)) {
    if (dtype !== "uint8" || sizeOf(shape.slice(1)) > 1) continue;
    throw new InputError(
      `Cannot train model "${model.name}": the labels of output "${name}" are uint8 [${shape}], which stand for pixels, float32 or int32 is needed`,
    );
  }
  const given = sampleWeight === undefined
    ? {}
    : "shape" in sampleWeight && Array.isArray(sampleWeight.shape)
    ? mapValues(labels, () => sampleWeight as Rows)
    : named(sampleWeight, model, "output");
  const weights = rowWeights(labels, {
    sampleWeight: await arraysOf(given),
    classWeight,
    outputNames: model.outputNames,
  });
  const examples = Object.fromEntries([
    ...Object.entries(inputs).map(([name, array]) => [`x/${name}`, array]),
    ...Object.entries(labels).map(([name, array]) => [`y/${name}`, array]),
    ...Object.entries(weights).map(([name, array]) => [`weight/${name}`, array]),
  ]);
  countExamples(examples);
  return examples;
}

/** A batch of joined examples as inputs, labels and weights, each by its name in the model. */
export function splitBatch(batch: Readonly<Record<string, tf.Tensor>>) {
  const withPrefix = (prefix: string) =>
    Object.fromEntries(
      Object.entries(batch).filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  return { x: withPrefix("x/"), y: withPrefix("y/"), weights: withPrefix("weight/") };
}

/**
 * The first rows of examples to train on, and the last to validate with.
 *
 * @param validationSplit The part of the rows that is not trained on.
 * @throws {InputError} If it is no part, or leaves nothing to train on or to validate with.
 */
export function splitRows(
  examples: Examples,
  validationSplit: number,
): { training: Examples; validation: Examples } {
  const count = countExamples(examples);
  const end = Math.floor(count * (1 - validationSplit));
  if (!(validationSplit > 0 && end > 0 && end < count)) {
    throw new InputError(
      `Cannot train: validationSplit is ${validationSplit} of ${count} examples, a number above 0 that leaves at least one to train on and one to validate with is needed`,
    );
  }
  const rows = (start: number, end: number) =>
    mapValues(examples, (array) => slice(array as typeof array & { dtype: "float32" }, start, end));
  return { training: rows(0, end), validation: rows(end, count) };
}

async function arraysOf(rows: Readonly<Record<string, Rows>>): Promise<Examples> {
  const arrays = await Promise.all(
    Object.entries(rows).map(async ([name, each]) => [name, await arrayOf(each)]),
  );
  return Object.fromEntries(arrays);
}

/** The values of a tensor as an array; booleans as 0 and 1. It throws InputError for strings. */
export async function arrayOf(rows: Rows): Promise<Examples[string]> {
  if (!(rows instanceof tf.Tensor)) return rows;
  const { dtype, shape } = rows;
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw new InputError(
      `Cannot train: a tensor [${shape}] is ${dtype}, float32, int32 or bool is needed`,
    );
  }
  const data = await rows.data();
  const filled = shape.length === 1 ? [shape[0], 1] : shape;
  return dtype === "int32"
    ? ndarray("int32", filled, Int32Array.from(data))
    : ndarray("float32", filled, Float32Array.from(data));
}
