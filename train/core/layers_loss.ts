import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InputError } from "../../lib/input_error.ts";

/** Any of `tf.losses`, or another function; of what it gives the mean is taken. */
export type LossFunction = (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

/** The only one, or one for each name, or in order. */
export type ByName<T> = T | Readonly<Record<string, T>> | readonly T[];

/** What is computed of an output beside its loss. */
export interface Metric {
  /** In the log. */
  readonly name: string;
  readonly output: string;
  readonly measure: LossFunction;
}

/** What {@linkcode layersLosses} computes from. */
export interface LayersLossOptions {
  /** Every input of the model, by name. */
  x: Readonly<Record<string, tf.Tensor>>;
  /** What some or all outputs are compared with, by name. */
  y: Readonly<Record<string, tf.Tensor>>;
  /** By output, a factor of the loss of each row `[batch]`. @default {{}} */
  weights?: Readonly<Record<string, tf.Tensor>>;
  /** For all outputs, or by output. */
  loss: LossFunction | Readonly<Record<string, LossFunction>>;
  /** @default {[]} */
  metrics?: readonly Metric[];
  /** Whether dropout drops, and so on; the penalties of weights are part of the loss then. */
  training: boolean;
}

/** The loss of a model, and its metrics by their names. */
export type LayersLosses = Record<string, tf.Scalar> & { loss: tf.Scalar };

/**
 * The loss of a model of layers on a batch, which is the sum of those of its outputs, and its metrics.
 *
 * @throws {InputError} If an output has no loss, or its labels would be broadcast.
 */
export function layersLosses(
  model: LayersModel,
  { x, y, weights = {}, loss, metrics = [], training }: LayersLossOptions,
): LayersLosses {
  return tf.tidy(() => {
    const inputs = model.inputNames.map((name) => x[name]);
    const outputs = [model.apply(inputs.length === 1 ? inputs[0] : inputs, { training })].flat();
    const losses: tf.Tensor[] = [];
    const predicted = (name: string) => outputs[model.outputNames.indexOf(name)] as tf.Tensor;
    for (const [name, labels] of Object.entries(y)) {
      const predictions = predicted(name);
      // [n] and [n, 1] would be compared each with each.
      if (labels.size === predictions.size && `${labels.shape}` !== `${predictions.shape}`) {
        throw new InputError(
          `Cannot train model "${model.name}": the labels of output "${name}" are [${labels.shape}], its predictions [${predictions.shape}], the same shape is needed`,
        );
      }
      const compare = typeof loss === "function" ? loss : loss[name];
      if (compare === undefined) {
        throw trainError(model, `it has no loss for output "${name}"`, Object.keys(loss));
      }
      const found = compare(labels, predictions);
      losses.push(tf.mean(weights[name] === undefined ? found : weighted(found, weights[name])));
    }
    const watched = metrics.map(({ name, output, measure }) => [
      name,
      tf.mean(measure(y[output], predicted(output))),
    ]);
    const penalties = training ? model.calculateLosses() : [];
    return { ...Object.fromEntries(watched), loss: tf.addN([...losses, ...penalties]) };
  }) as LayersLosses;
}

/** The losses of rows `[batch, …]`, each times the weight of its row. */
function weighted(losses: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const { shape } = losses;
  if (shape[0] !== weights.size) {
    throw new InputError(
      `Cannot train: the loss gives [${shape}] for ${weights.size} rows, a number for each row is needed where rows have weights; the losses that TensorFlow.js has by name give that`,
    );
  }
  return tf.mul(losses, tf.reshape(weights, [weights.size, ...shape.slice(1).map(() => 1)]));
}

/**
 * Arrays or tensors for the inputs or the outputs of a model, each by its name.
 *
 * @throws {InputError} If the model has no such name, or several and the value has none.
 */
export function named<T extends { readonly shape: readonly number[] }>(
  value: ByName<T>,
  model: LayersModel,
  end: "input" | "output",
): Record<string, T> {
  const names = namesOf(model, end);
  if (Array.isArray(value)) {
    if (value.length !== names.length) {
      throw trainError(model, `${value.length} arrays are given for its ${end}s`, names);
    }
    return Object.fromEntries(names.map((name, i) => [name, value[i]]));
  }
  const isOne = "shape" in value && Array.isArray(value.shape);
  if (isOne && names.length > 1) {
    throw trainError(model, `it has several ${end}s, arrays by their names are needed`, names);
  }
  const entries = isOne
    ? [[names[0], value as T] as const]
    : Object.entries(value as Readonly<Record<string, T>>);
  const unknown = entries.find(([name]) => !names.includes(name));
  if (unknown !== undefined) throw trainError(model, `it has no ${end} "${unknown[0]}"`, names);
  const missing = names.find((name) => !entries.some(([given]) => given === name));
  if (entries.length === 0 || (end === "input" && missing !== undefined)) {
    throw trainError(model, `nothing is given for its ${end} "${missing}"`, names);
  }
  return Object.fromEntries(entries);
}

/**
 * Arrays for the inputs of a model, each of a shape that it takes.
 *
 * @throws {InputError} If one has another shape, or as {@linkcode named} does.
 */
export function fitting<T extends { readonly shape: readonly number[] }>(
  value: ByName<T>,
  model: LayersModel,
): Record<string, T> {
  const arrays = named(value, model, "input");
  model.inputNames.forEach((name, i) => {
    const { shape } = arrays[name];
    const wanted = model.inputs[i].shape;
    if (
      shape.length !== wanted.length || wanted.some((size, k) => size !== null && size !== shape[k])
    ) {
      throw new InputError(
        `Cannot train model "${model.name}": its input "${name}" is given [${shape}], [${
          wanted.map((size) => size ?? "any")
        }] is needed`,
      );
    }
  });
  return arrays;
}

/** A sequential model is built, and its inputs named, when it is first used. */
function namesOf(model: LayersModel, end: "input" | "output"): readonly string[] {
  if (!model.built) {
    if (model.layers.length === 0) {
      throw new InputError(
        `Cannot train model "${model.name}": it has no layers, at least one is needed`,
      );
    }
    model.build(model.inputs.map(({ shape }) => shape));
  }
  return end === "input" ? model.inputNames : model.outputNames;
}

function trainError({ name }: LayersModel, fault: string, names: readonly string[]): InputError {
  return new InputError(`Cannot train model "${name}": ${fault} (${names.join(", ")})`);
}
