import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InputError } from "../lib/input_error.ts";
import { Random } from "../lib/random.ts";
import { type Examples, LoopRunner } from "./loop_runner.ts";
import { recordStep } from "./record_step.ts";
import "./recordable_layers.ts";
import type { InputSpec } from "./trace/mod.ts";

export type { Examples } from "./loop_runner.ts";

/** One step: computes losses of a batch, and has optimizers move variables by their gradients. */
export type Step = (batch: Record<string, tf.Tensor>) => Record<string, tf.Scalar>;

/** Options for {@linkcode trainSteps}. */
export interface TrainStepsOptions {
  /** @default {1} */
  epochs?: number;
  /** @default {32} */
  batchSize?: number;
  /**
   * Optimizers whose learning rate a schedule sets, with the rate of each step, counted from 0.
   *
   * @default {[]}
   */
  schedules?: readonly {
    readonly optimizer: tf.Optimizer;
    readonly learningRate: (step: number) => number;
  }[];
  /** Of the order of the examples. @default {0} */
  seed?: number;
  /** Threads that one operation may use; 0 takes every core. @default {0} */
  threads?: number;
  /** Called after each epoch with the mean of each loss. */
  onEpochEnd?: (epoch: number, losses: Readonly<Record<string, number>>) => void;
}

/** Steps that one run takes. */
const CHUNK_STEPS = 32;

/**
 * Trains whatever a step changes, in ONNX Runtime: the step is recorded once, with its optimizers,
 * and run in one `Loop`. It may train several models with several optimizers, as a GAN does.
 *
 * @param step Written in TensorFlow.js; it must read no values, and draw no noise of its own.
 * @param examples What batches are gathered from; rows that do not fill the last batch of an epoch
 * are left out of it.
 * @returns The losses of every step, by name.
 * @throws {InputError} If there are fewer examples than one batch holds, or their numbers differ.
 */
export async function trainSteps(
  step: Step,
  examples: Examples,
  {
    epochs = 1,
    batchSize = 32,
    schedules = [],
    seed = 0,
    threads = 0,
    onEpochEnd = () => {},
  }: TrainStepsOptions = {},
): Promise<Record<string, Float32Array>> {
  const count = countExamples(examples, batchSize);
  const rates = schedules.map(({ learningRate }, i) => ({
    name: `learningRate_${i}`,
    learningRate,
  }));
  const lossNames: string[] = [];
  const recorded = await recordStep((batch) => {
    const losses = step(batch);
    lossNames.splice(0, Infinity, ...Object.keys(losses));
    return losses;
  }, {
    inputs: batchSpecs(examples, batchSize),
    learningRates: Object.fromEntries(rates.map(({ name }, i) => [name, schedules[i].optimizer])),
  });
  const runner = await LoopRunner.create(recorded, examples, { lossNames, threads });

  const order = new Random(seed, "order");
  const stepsPerEpoch = Math.floor(count / batchSize);
  const history: Record<string, number[]> = {};
  for (let epoch = 0; epoch < epochs; epoch++) {
    const permutation = Int32Array.from(order.permutation(count));
    for (let start = 0; start < stepsPerEpoch; start += CHUNK_STEPS) {
      const end = Math.min(start + CHUNK_STEPS, stepsPerEpoch);
      const first = epoch * stepsPerEpoch + start;
      const perStep = rates.map(({ name, learningRate }) => [
        name,
        Float32Array.from({ length: end - start }, (_, i) => learningRate(first + i)),
      ]);
      const indices = permutation.subarray(start * batchSize, end * batchSize);
      const losses = await runner.run(indices, Object.fromEntries(perStep), batchSize);
      for (const name of lossNames) (history[name] ??= []).push(...losses[name]);
    }
    const means = lossNames.map((name) => {
      const values = history[name].slice(-stepsPerEpoch);
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    });
    onEpochEnd(epoch, Object.fromEntries(means));
  }
  await runner.finish();
  return Object.fromEntries(lossNames.map((name) => [name, Float32Array.from(history[name])]));
}

/** Options for {@linkcode fitModel}. */
export interface FitModelOptions extends Omit<TrainStepsOptions, "schedules"> {
  /** Any of `tf.train`. */
  optimizer: tf.Optimizer;
  /** Any of `tf.losses`, or another function of labels and predictions that gives a scalar. */
  loss: (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;
  /** The learning rate of a step, counted from 0; the optimizer's own where it is not given. */
  learningRate?: (step: number) => number;
}

/**
 * Trains a model of TensorFlow.js layers with one input and one output in ONNX Runtime.
 *
 * @param data Inputs `x` and labels `y`, a row an example.
 * @returns The loss of every step.
 * @throws {InputError} As {@linkcode trainSteps} does.
 */
export async function fitModel(
  model: LayersModel,
  data: { x: Examples[string]; y: Examples[string] },
  { optimizer, loss, learningRate, ...options }: FitModelOptions,
): Promise<Float32Array> {
  const step: Step = ({ x, y }) => ({ loss: layersStep(model, { x, y, optimizer, loss }) });
  const losses = await trainSteps(step, data, {
    ...options,
    ...learningRate === undefined ? {} : { schedules: [{ optimizer, learningRate }] },
  });
  return losses.loss;
}

/** One step of a model of layers, eager or recorded; gives the loss before it. */
export function layersStep(
  model: LayersModel,
  { x, y, optimizer, loss }:
    & { x: tf.Tensor; y: tf.Tensor }
    & Pick<FitModelOptions, "optimizer" | "loss">,
): tf.Scalar {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return optimizer.minimize(
    () => tf.mean(loss(y, model.apply(x, { training: true }) as tf.Tensor)),
    true,
    variables,
  )!;
}

function countExamples(examples: Examples, batchSize: number): number {
  const counts = Object.entries(examples).map(([name, { shape }]) => ({ name, count: shape[0] }));
  const [first, ...rest] = counts;
  for (const { name, count } of rest) {
    if (count !== first.count) {
      throw new InputError(
        `Cannot train: "${first.name}" has ${first.count} rows and "${name}" ${count}, the same number is needed`,
      );
    }
  }
  if (first.count < batchSize) {
    throw new InputError(
      `Cannot train: there are ${first.count} examples, a batch of ${batchSize} needs at least as many`,
    );
  }
  return first.count;
}

function batchSpecs(examples: Examples, batchSize: number): Record<string, InputSpec> {
  return Object.fromEntries(
    Object.entries(examples).map(([name, { shape, dtype }]) => [
      name,
      { shape: [batchSize, ...shape.slice(1)], dtype },
    ]),
  );
}
