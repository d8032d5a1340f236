import * as tfl from "@tensorflow/tfjs-layers";
import type { Callback, EpochLog, StepLog } from "../callbacks.ts";

/** What `model.fit()` takes as callbacks: of `tf.callbacks`, of a class of one's own, or functions. */
export type FitCallback = tfl.CustomCallbackArgs | BaseCallback;

/** A callback of TensorFlow.js, of which it does not export the class. */
type BaseCallback = tfl.CustomCallback | tfl.Callback | tfl.History;

/** What callbacks are told of a training. */
export interface FitParams {
  readonly epochs: number;
  readonly batchSize: number;
  /** Of the first epoch. */
  readonly samples: number;
  readonly metrics: readonly string[];
  readonly doValidation: boolean;
}

/** How the callbacks of TensorFlow.js hear of a training. */
export interface CalledBack {
  begin(): Promise<void>;
  /** Ends the training where a callback has set `model.stopTraining`. */
  readonly onEpochEnd: Callback;
  /** Only where a callback listens to batches, since each is a run of its own then. */
  readonly onStep?: (log: StepLog) => Promise<boolean>;
  end(): Promise<void>;
}

/**
 * Calls callbacks as `model.fit()` does, with its names in logs: `val_loss`, and epochs and batches
 * counted from 0.
 */
export function callBack(
  model: tfl.LayersModel,
  callbacks: FitCallback | readonly FitCallback[],
  { epochs, batchSize, samples, metrics, doValidation }: FitParams,
): CalledBack {
  const given = [callbacks].flat() as FitCallback[];
  const names = ["loss", ...metrics];
  const list = new tfl.CallbackList(given.map(asCallback));
  const steps = Math.ceil(samples / batchSize);
  list.setModel(model);
  list.setParams({
    epochs,
    initialEpoch: 0,
    samples,
    steps: null as unknown as number,
    batchSize,
    verbose: 0,
    doValidation,
    metrics: doValidation ? [...names, ...names.map((name) => `val_${name}`)] : names,
  });
  const hearsBatches = given.some(listensToBatches);
  const beginEpoch = async (epoch: number) => {
    await list.onEpochBegin(epoch);
    if (hearsBatches) await list.onBatchBegin(0);
  };
  return {
    async begin() {
      model.stopTraining = false;
      await list.onTrainBegin();
      await beginEpoch(0);
    },
    async onEpochEnd(log) {
      await list.onEpochEnd(log.epoch - 1, epochLogs(log, names));
      if (model.stopTraining) return false;
      if (log.epoch < epochs) await beginEpoch(log.epoch);
    },
    ...hearsBatches
      ? {
        async onStep({ step, size, losses }: StepLog) {
          await list.onBatchEnd(step, { batch: step, size, ...losses });
          if (model.stopTraining) return false;
          if (step + 1 < steps) await list.onBatchBegin(step + 1);
          return true;
        },
      }
      : {},
    end: () => list.onTrainEnd(),
  };
}

/** The losses of an epoch by the names that `model.fit()` has for them. */
function epochLogs(log: EpochLog, names: readonly string[]): tfl.Logs {
  const logs: tfl.Logs = {};
  for (const name of names) {
    logs[name] = Number(log[name]);
    const validation = log[`val${name[0].toUpperCase()}${name.slice(1)}`];
    if (validation !== undefined) logs[`val_${name}`] = Number(validation);
  }
  return logs;
}

function isBase(callback: FitCallback): callback is BaseCallback {
  return "setModel" in callback;
}

function asCallback(callback: FitCallback): BaseCallback {
  // The loop gives other work its turn itself.
  return isBase(callback)
    ? callback
    : new tfl.CustomCallback(callback, callback.onYield === undefined ? "never" : "auto");
}

function listensToBatches(callback: FitCallback): boolean {
  if (!isBase(callback)) {
    return ["onBatchBegin", "onBatchEnd", "onYield"].some((name) => name in callback);
  }
  const silent = tfl.Callback.prototype;
  return callback.onBatchBegin !== silent.onBatchBegin ||
    callback.onBatchEnd !== silent.onBatchEnd;
}
