import type * as tf from "@tensorflow/tfjs-core";
import type { DeviceName } from "../../../lib/runtime/mod.ts";
import { withLearningRate } from "../../record/learning_rate.ts";
import type { Callback, Progress } from "../callbacks.ts";
import { type Examples, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";
import { train, type TrainOptions } from "./train.ts";

/** Options for {@linkcode trainSteps}. */
export interface TrainStepsOptions {
  /** @default {1} */
  epochs?: number;
  /** @default {32} */
  batchSize?: number;
  /**
   * Optimizers whose learning rate a schedule sets, with the rate of each step, counted from 0.
   * @default {[]}
   */
  schedules?: readonly {
    readonly optimizer: tf.Optimizer;
    readonly learningRate: (step: number) => number;
  }[];
  /** Take the examples of each epoch in random order, or as they are. @default {true} */
  shuffle?: boolean;
  /**
   * Leave the examples that do not fill the last batch out of each epoch, or train on them as a
   * smaller batch.
   * @default {true}
   */
  dropRemainder?: boolean;
  /** Of the order of the examples, and of dropout, whatever seed a layer has. @default {0} */
  seed?: number;
  /** Threads that one operation may use; 0 takes every core. @default {0} */
  threads?: number;
  /** Where ONNX Runtime runs. @default {"cpu"} */
  device?: DeviceName;
  /**
   * Examples that are not trained on, and their losses: after each epoch the means over all of them
   * stand beside those of training, `valLoss` beside `loss`. They must assign no variable.
   */
  validation?: { readonly examples: Examples; readonly losses: Step } | undefined;
  /**
   * Called after each epoch, counted from 0, with the mean of each loss over its steps. The
   * variables are up to date then. Training ends early if it gives `false`.
   */
  onEpochEnd?: (
    epoch: number,
    losses: Readonly<Record<string, number>>,
  ) => boolean | void | Promise<boolean | void>;
  /** Called after it. @default {[]} */
  callbacks?: TrainOptions["callbacks"];
  /** As of {@linkcode train}. */
  onStep?: TrainOptions["onStep"];
}

/**
 * Trains whatever a step assigns, in ONNX Runtime: the step is recorded once, with its optimizers.
 * It may train several models with several optimizers, as a GAN does.
 *
 * @param step Written in TensorFlow.js; it must read no values. `tf.dropout` drops anew in each
 * step; for other noise there are the random functions of `@glimpse/glimpse/record`, or an input.
 * @param examples What batches are gathered from, or a function that gives that of each epoch.
 * @returns The losses of every step, by name.
 * @throws {InputError} If the examples fill no batch, or their numbers differ,
 * or if the step draws numbers on the host, as `tf.randomNormal` does, or if a loss is no longer a
 * finite number, or if the device cannot be used here.
 */
export async function trainSteps(
  step: Step,
  examples: Feed["examples"],
  {
    batchSize = 32,
    schedules = [],
    validation,
    onEpochEnd,
    callbacks = [],
    ...options
  }: TrainStepsOptions = {},
): Promise<Record<string, Float32Array>> {
  const rateOf = (i: number) => `learningRate_${i}`;
  const history: Record<string, number[]> = {};
  const onProgress = ({ losses }: Progress) => {
    for (const [name, values] of Object.entries(losses)) (history[name] ??= []).push(...values);
  };
  const callback: Callback = ({ epoch, phase: _, imagesPerSecond: __, ...losses }) =>
    onEpochEnd?.(epoch - 1, losses as Record<string, number>);
  const scheduled = schedules.reduce<Step>(
    (inner, { optimizer }, i) => (batch) =>
      withLearningRate(optimizer, batch[rateOf(i)], () => inner(batch)),
    step,
  );
  await train(scheduled, {
    examples,
    scalars: Object.fromEntries(
      schedules.map(({ learningRate }, i) => [rateOf(i), learningRate]),
    ),
  }, {
    ...options,
    batchSize,
    onProgress,
    callbacks: [callback, ...callbacks],
    validation: validation &&
      { feed: { examples: validation.examples }, losses: validation.losses },
  });
  return mapValues(history, (values) => Float32Array.from(values));
}
