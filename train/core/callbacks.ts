import * as tf from "@tensorflow/tfjs-core";

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
}

/** Called after each epoch with the variables up to date; `false` ends training. */
export interface Callback {
  (log: EpochLog): boolean | void | Promise<boolean | void>;
  /** Called once training has ended, unless it failed. */
  onEnd?(): void | Promise<void>;
}

/** Options for {@linkcode earlyStopping}. */
export interface EarlyStoppingOptions {
  /** Epochs to wait for a lower value; 0 waits for ever. @default {0} */
  patience?: number;
  /** The column of the log that should fall. @default {"valLoss", or "loss" without validation} */
  monitor?: string;
  /** Give the variables their values of the best epoch in the end. @default {true} */
  restoreBest?: boolean;
}

/**
 * Ends training when a loss has not fallen for `patience` epochs, and gives the variables their
 * values of the epoch in which it was lowest.
 *
 * @param variables What is restored: weights, and whatever else belongs to the trained model.
 */
export function earlyStopping(
  variables: readonly tf.Variable[],
  { patience = 0, monitor, restoreBest = true }: EarlyStoppingOptions = {},
): Callback {
  let lowest = Infinity;
  let waited = 0;
  let best: tf.Tensor[] = [];
  const callback: Callback = (log) => {
    const value = Number(log[monitor ?? ("valLoss" in log ? "valLoss" : "loss")]);
    waited = value < lowest ? 0 : waited + 1;
    if (value < lowest) {
      lowest = value;
      if (restoreBest) {
        tf.dispose(best);
        best = variables.map((variable) => tf.clone(variable));
      }
    }
    return patience === 0 || waited < patience;
  };
  callback.onEnd = () => {
    best.forEach((value, i) => variables[i].assign(value));
    tf.dispose(best);
    best = [];
  };
  return callback;
}
