import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import { joinExamples, type LabelledExamples, splitBatch, splitRows } from "../fit/arrays.ts";
import { callBack, type FitCallback } from "../fit/callbacks.ts";
import { compile, type CompileOptions } from "../fit/compile.ts";
import { type BatchedDataset, epochsOf, isDataset } from "../fit/dataset.ts";
import type { ClassWeight } from "../fit/weights.ts";
import {
  type ByName,
  type LayersLosses,
  layersLosses,
  type LayersLossOptions,
  named,
} from "../layers_loss.ts";
import { countExamples } from "../feed.ts";
import "../../record/random/recordable_layers.ts";
import { lossGradients, type Step } from "../step.ts";
import { trainableVariables } from "../variables.ts";
import { trainSteps, type TrainStepsOptions } from "./train_steps.ts";

/** Options for {@linkcode fitModel}. */
export interface FitModelOptions
  extends
    Omit<TrainStepsOptions, "schedules" | "validation" | "callbacks" | "onStep">,
    CompileOptions {
  /** The learning rate of a step, counted from 0; the optimizer's own where it is not given. */
  learningRate?: (step: number) => number;
  /**
   * Examples that are not trained on, also as `[x, y]` or `[x, y, sampleWeight]`: `onEpochEnd` is
   * given their loss as `valLoss`, and their metrics by `val` names.
   */
  validationData?: FitData | readonly LabelledExamples[keyof LabelledExamples][];
  /** The part of the examples, the last of them, that is not trained on but validated with. */
  validationSplit?: number;
  /** The weight of the rows of each class in the loss that is trained on. */
  classWeight?: ClassWeight;
  /** Batches of an epoch that are taken from a dataset, which goes on in the next. */
  batchesPerEpoch?: number;
  /**
   * Train on the rows that fill no batch as a smaller one, or leave them out.
   * @default {false}
   */
  dropRemainder?: boolean;
  /**
   * As `model.fit()` takes them, `tf.callbacks.earlyStopping()` among them. They may change weights,
   * the learning rate and `model.stopTraining`. Those that listen to batches slow training down.
   * @default {[]}
   */
  callbacks?: FitCallback | readonly FitCallback[];
}

/** What a model is trained on: arrays or tensors, or a dataset of `tf.data` in batches. */
export type FitData = LabelledExamples | BatchedDataset;

/**
 * Trains a model of TensorFlow.js layers in ONNX Runtime, as its own `fit()` and `fitDataset()`
 * would: dropout drops, batch normalization uses the batch, and the penalties of weights are part of
 * the loss. A model that is compiled needs no options.
 *
 * @returns The loss of every step.
 * @throws {InputError} If the examples do not fit the model, or as {@linkcode trainSteps} does.
 */
export async function fitModel(
  model: LayersModel,
  data: FitData,
  {
    optimizer,
    loss,
    metrics,
    learningRate,
    validationData,
    validationSplit,
    classWeight,
    batchesPerEpoch,
    callbacks = [],
    dropRemainder = false,
    onEpochEnd,
    ...options
  }: FitModelOptions = {},
): Promise<Float32Array> {
  const next = isDataset(data) ? epochsOf(data, { batchesPerEpoch }) : undefined;
  const first = await next?.();
  let examples = await joinExamples(model, first ?? data as LabelledExamples, classWeight);
  // A dataset has its own batches, in its own order.
  const { batchSize = 32, epochs = 1, shuffle = true } = first === undefined
    ? options
    : { ...options, batchSize: first.batchSize, shuffle: false };
  let validation = validationData && await joinExamples(model, await labelled(validationData));
  if (validationSplit !== undefined && validation === undefined) {
    if (next !== undefined) {
      throw new InputError(
        "Cannot train: validationSplit is given with a dataset, validationData is needed",
      );
    }
    ({ training: examples, validation } = splitRows(examples, validationSplit));
  }
  const compiled = compile(model, Object.keys(splitBatch(examples as never).y), {
    optimizer,
    loss,
    metrics,
  });
  const step: Step = (batch) => layersStep(model, { ...splitBatch(batch), ...compiled });
  const own = compiled.optimizer as unknown as { learningRate?: number };
  const hears = [callbacks].flat().length > 0;
  const rate = learningRate ??
    (hears && typeof own.learningRate === "number" ? () => own.learningRate! : undefined);
  const called = callBack(model, callbacks, {
    epochs,
    batchSize,
    samples: countExamples(examples),
    metrics: compiled.metrics.map(({ name }) => name),
    doValidation: validation !== undefined,
  });
  await called.begin();
  const losses = await trainSteps(step, next === undefined ? examples : () => examples, {
    ...options,
    epochs,
    batchSize,
    shuffle,
    dropRemainder,
    schedules: rate === undefined ? [] : [{ optimizer: compiled.optimizer, learningRate: rate }],
    validation: validation && {
      examples: validation,
      losses: (batch) =>
        layersLosses(model, { ...splitBatch(batch), ...compiled, training: false }),
    },
    async onEpochEnd(epoch, losses) {
      if (await onEpochEnd?.(epoch, losses) === false) model.stopTraining = true;
    },
    ...called.onStep && { onStep: called.onStep },
    callbacks: [called.onEpochEnd, async ({ epoch }) => {
      if (next === undefined || epoch >= epochs || model.stopTraining) return;
      examples = await joinExamples(model, await next(), classWeight);
    }],
  });
  await called.end();
  return losses.loss;
}

/** Validation data of any form; all of a dataset. */
async function labelled(
  data: NonNullable<FitModelOptions["validationData"]>,
): Promise<LabelledExamples> {
  if (Array.isArray(data)) {
    const [x, y, sampleWeight] = data;
    return { x, y, sampleWeight };
  }
  return isDataset(data) ? await epochsOf(data)() : data as LabelledExamples;
}

/** One step of a model of layers, eager or recorded; gives the loss and the metrics before it. */
export function layersStep(
  model: LayersModel,
  { x, y, optimizer, ...options }:
    & { x: ByName<tf.Tensor>; y: ByName<tf.Tensor>; optimizer: tf.Optimizer }
    & Pick<LayersLossOptions, "loss" | "metrics" | "weights">,
): LayersLosses {
  const batch = { x: named(x, model, "input"), y: named(y, model, "output") };
  const { losses: { loss, ...metrics }, gradients } = lossGradients(
    trainableVariables({ model }),
    () => layersLosses(model, { ...batch, ...options, training: true }),
  );
  optimizer.applyGradients(gradients);
  tf.dispose(gradients);
  return { ...metrics, loss };
}
