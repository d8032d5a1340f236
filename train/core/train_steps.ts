import type * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import type { DeviceName } from "../../lib/runtime/mod.ts";
import { Random } from "../../lib/array/random.ts";
import { type Examples, LoopRunner } from "./loop_runner.ts";
import { recordStep } from "../record/record_step.ts";
import { type BatchLosses, batchSpecs, Validation } from "./validation.ts";

/** One step: computes losses of a batch, and has optimizers move variables by their gradients. */
export type Step = BatchLosses;

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
  /** Take the examples of each epoch in a random order, or as they are. @default {true} */
  shuffle?: boolean;
  /**
   * Of the order of the examples, and of what dropout drops, whatever seed a layer has.
   *
   * @default {0}
   */
  seed?: number;
  /** Threads that one operation may use; 0 takes every core. @default {0} */
  threads?: number;
  /** Where ONNX Runtime takes the steps. @default {"cpu"} */
  device?: DeviceName;
  /**
   * Other examples, on which losses are computed after each epoch: their means over all of them
   * stand beside those of training, `valLoss` beside `loss`. Nothing may be changed by it.
   */
  validation?: { readonly examples: Examples; readonly losses: BatchLosses };
  /**
   * Called after each epoch, counted from 0, with the mean of each loss over its steps. The
   * variables are up to date then. Training ends early if it gives `false`.
   */
  onEpochEnd?: (
    epoch: number,
    losses: Readonly<Record<string, number>>,
  ) => boolean | void | Promise<boolean | void>;
}

/** Steps that one run takes. */
const CHUNK_STEPS = 32;

/**
 * Trains whatever a step changes, in ONNX Runtime: the step is recorded once, with its optimizers,
 * and run in one `Loop`. It may train several models with several optimizers, as a GAN does.
 *
 * @param step Written in TensorFlow.js; it must read no values. `tf.dropout` draws anew in each
 * step; for other noise there are the random functions of `@glimpse/glimpse/record`, or an input.
 * @param examples What batches are gathered from; rows that do not fill the last batch of an epoch
 * are left out of it, and have their turn in another epoch's order.
 * @returns The losses of every step, by name.
 * @throws {InputError} If there are fewer examples than one batch holds, or their numbers differ,
 * or if the step draws numbers on the host, as `tf.randomNormal` does, or if the device cannot be
 * used here.
 */
export async function trainSteps(
  step: Step,
  examples: Examples,
  {
    epochs = 1,
    batchSize = 32,
    schedules = [],
    shuffle = true,
    seed = 0,
    threads = 0,
    device = "cpu",
    validation,
    onEpochEnd,
  }: TrainStepsOptions = {},
): Promise<Record<string, Float32Array>> {
  const count = countExamples(examples);
  if (count < batchSize) {
    throw new InputError(
      `Cannot train: there are ${count} examples, a batch of ${batchSize} needs at least as many`,
    );
  }
  if (validation !== undefined) countExamples(validation.examples);
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
    seed,
  });
  const validator = validation && await Validation.create(validation.losses, {
    examples: validation.examples,
    batchSize,
    threads,
    device,
  });
  const runner = await LoopRunner.create(recorded, examples, { lossNames, threads, device });

  const order = new Random(seed, "order");
  const stepsPerEpoch = Math.floor(count / batchSize);
  const history: Record<string, number[]> = {};
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const rows = shuffle
        ? Int32Array.from(order.permutation(count))
        : Int32Array.from({ length: count }, (_, i) => i);
      for (let start = 0; start < stepsPerEpoch; start += CHUNK_STEPS) {
        const end = Math.min(start + CHUNK_STEPS, stepsPerEpoch);
        const first = epoch * stepsPerEpoch + start;
        const perStep = rates.map(({ name, learningRate }) => [
          name,
          Float32Array.from({ length: end - start }, (_, i) => learningRate(first + i)),
        ]);
        const indices = rows.subarray(start * batchSize, end * batchSize);
        const losses = await runner.run(indices, Object.fromEntries(perStep), batchSize);
        for (const name of lossNames) (history[name] ??= []).push(...losses[name]);
      }
      if (onEpochEnd === undefined) continue;
      runner.sync();
      const means = lossNames.map((name) => [name, mean(history[name].slice(-stepsPerEpoch))]);
      const losses = { ...Object.fromEntries(means), ...await validator?.run() };
      if (await onEpochEnd(epoch, losses) === false) break;
    }
  } finally {
    await runner.finish();
    await validator?.release();
  }
  return Object.fromEntries(
    lossNames.map((name) => [name, Float32Array.from(history[name] ?? [])]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function countExamples(examples: Examples): number {
  const counts = Object.entries(examples).map(([name, { shape }]) => ({ name, count: shape[0] }));
  const [first, ...rest] = counts;
  for (const { name, count } of rest) {
    if (count !== first.count) {
      throw new InputError(
        `Cannot train: "${first.name}" has ${first.count} rows and "${name}" ${count}, the same number is needed`,
      );
    }
  }
  return first.count;
}
