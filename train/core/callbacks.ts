import * as tf from "@tensorflow/tfjs-core";
import { mapValues } from "./feed.ts";

/** One row of the history: flat, so that it is a row of a table. */
export interface EpochLog {
  /** From 1, through all phases. */
  readonly epoch: number;
  readonly phase: string;
  /** Means of losses over the epoch, and over the validation as `valLoss` and so on. */
  readonly [column: string]: number | string;
}

/** How far an epoch has come. */
export interface Progress {
  /** From 1, through all phases. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this epoch that are done. */
  readonly step: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
  /** Each loss by step, of the steps done since the last call. */
  readonly losses: Readonly<Record<string, Float32Array>>;
}

/** A step that is done. */
export interface StepLog {
  /** In its epoch, from 0. */
  readonly step: number;
  /** Examples of its batch. */
  readonly size: number;
  readonly losses: Readonly<Record<string, number>>;
}

/** Called after each epoch with the variables up to date, which it may change; `false` ends training. */
export interface Callback {
  (log: EpochLog): boolean | void | Promise<boolean | void>;
  /** Asked before each epoch: whether training is over, also where it is resumed. */
  isDone?(): boolean;
  /** Called once training has ended, unless it failed. */
  onEnd?(): void | Promise<void>;
}

/** Options for {@linkcode earlyStopping}. */
export interface EarlyStoppingOptions {
  /** Epochs to wait for a lower value; 0 waits for ever. @default {0} */
  patience?: number;
  /** The column of the log that should fall. @default {"valLoss", or "loss" without validation} */
  monitor?: string;
}

/** Ends training early. */
export interface EarlyStopping extends Callback {
  /**
   * What it remembers, by name: part of a checkpoint, so that a resumed training ends alike. The
   * caller disposes of them.
   */
  readonly variables: Readonly<Record<string, tf.Variable>>;
}

/**
 * Ends training when a loss has not fallen for `patience` epochs. In the end the variables get their
 * values of the epoch in which it was lowest.
 *
 * @param variables What is restored: weights, and whatever else belongs to the trained model.
 */
export function earlyStopping(
  variables: Readonly<Record<string, tf.Variable>>,
  { patience = 0, monitor }: EarlyStoppingOptions = {},
): EarlyStopping {
  const create = (value: () => tf.Tensor) => tf.tidy(() => tf.variable(value(), false));
  const best = mapValues(variables, (variable) => create(() => tf.clone(variable)));
  // lowest loss, epochs since
  const waiting = create(() => tf.tensor1d([Infinity, 0]));
  const callback = (log: EpochLog) => {
    const value = Math.fround(Number(log[monitor ?? ("valLoss" in log ? "valLoss" : "loss")]));
    const [lowest, waited] = waiting.dataSync();
    const isBetter = value < lowest;
    tf.tidy(() => waiting.assign(tf.tensor1d(isBetter ? [value, 0] : [lowest, waited + 1])));
    if (!isBetter) return;
    for (const [name, variable] of Object.entries(variables)) {
      tf.tidy(() => best[name].assign(tf.clone(variable)));
    }
  };
  return Object.assign(callback, {
    variables: {
      ...Object.fromEntries(Object.entries(best).map(([name, each]) => [`best/${name}`, each])),
      "early_stopping/waiting": waiting,
    },
    isDone: () => patience > 0 && waiting.dataSync()[1] >= patience,
    onEnd: () => {
      for (const [name, variable] of Object.entries(variables)) {
        tf.tidy(() => variable.assign(tf.clone(best[name])));
      }
    },
  });
}
