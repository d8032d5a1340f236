import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { sizeOf } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import {
  type ByName,
  fitting,
  type LayersLosses,
  layersLosses,
  type LossFunction,
  named,
} from "../layers_loss.ts";
import type { Examples } from "../feed.ts";
import "../../record/random/recordable_layers.ts";
import { type Batch, lossGradients, type Step } from "../step.ts";
import { trainableVariables } from "../variables.ts";
import { trainSteps, type TrainStepsOptions } from "./train_steps.ts";

/**
 * What a model is trained on, a row an example. Bytes stand for pixels and become [0, 1]; labels may
 * be bytes only where they are images.
 */
export interface LabelledExamples {
  /** Its inputs: by their names in the model, if it has several. */
  readonly x: ByName<Examples[string]>;
  /** What the loss compares its outputs with: by their names, if it has several. */
  readonly y: ByName<Examples[string]>;
}

/** Options for {@linkcode fitModel}. */
export interface FitModelOptions extends Omit<TrainStepsOptions, "schedules" | "validation"> {
  /** Any of `tf.train`. */
  optimizer: tf.Optimizer;
  /**
   * Any of `tf.losses`, or another function of labels and predictions: one for all outputs that
   * have labels, or one for each by the name of the output. Their means are added up.
   */
  loss: ByName<LossFunction>;
  /**
   * What else is computed of the outputs that have labels, by name: functions of labels and
   * predictions, of which `onEpochEnd` is given the means, as `NAME` beside `loss`; as `OUTPUT_NAME`
   * where several outputs have labels. While it trains, the predictions are those that its loss is of.
   * @default {{}}
   */
  metrics?: Readonly<Record<string, LossFunction>>;
  /** The learning rate of a step, counted from 0; the optimizer's own where it is not given. */
  learningRate?: (step: number) => number;
  /**
   * Examples that are not trained on: `onEpochEnd` is given their loss as `valLoss`, and their metrics
   * by `val` names.
   */
  validationData?: LabelledExamples;
}

/**
 * Trains a model of TensorFlow.js layers in ONNX Runtime, as its own `fit()` would: dropout drops,
 * batch normalization uses the batch, and the penalties of weights are part of the loss.
 *
 * @returns The loss of every step.
 * @throws {InputError} If the examples do not fit the model, or as {@linkcode trainSteps} does.
 */
export async function fitModel(
  model: LayersModel,
  data: LabelledExamples,
  { optimizer, loss, metrics = {}, learningRate, validationData, ...options }: FitModelOptions,
): Promise<Float32Array> {
  const step: Step = (batch) =>
    layersStep(model, { ...splitBatch(batch), optimizer, loss, metrics });
  const losses = await trainSteps(step, joinExamples(model, data), {
    ...options,
    ...learningRate === undefined ? {} : { schedules: [{ optimizer, learningRate }] },
    ...validationData === undefined ? {} : {
      validation: {
        examples: joinExamples(model, validationData),
        losses: (batch) =>
          layersLosses(model, { ...splitBatch(batch), loss, metrics, training: false }),
      },
    },
  });
  return losses.loss;
}

/** One step of a model of layers, eager or recorded; gives the loss and the metrics before it. */
export function layersStep(
  model: LayersModel,
  { x, y, optimizer, ...options }:
    & { x: ByName<tf.Tensor>; y: ByName<tf.Tensor> }
    & Pick<FitModelOptions, "optimizer" | "loss" | "metrics">,
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

/** The arrays under names that tell labels from inputs. */
function joinExamples(model: LayersModel, { x, y }: LabelledExamples): Examples {
  const inputs = Object.entries(fitting(x, model));
  const labels = Object.entries(named(y, model, "output"));
  for (const [name, { dtype, shape }] of labels) {
    if (dtype !== "uint8" || sizeOf(shape.slice(1)) > 1) continue;
    throw new InputError(
      `Cannot train model "${model.name}": the labels of output "${name}" are uint8 [${shape}], which stand for pixels, float32 or int32 is needed`,
    );
  }
  return Object.fromEntries([
    ...inputs.map(([name, array]) => [`x/${name}`, array]),
    ...labels.map(([name, array]) => [`y/${name}`, array]),
  ]);
}

function splitBatch(batch: Batch) {
  const withPrefix = (prefix: string) =>
    Object.fromEntries(
      Object.entries(batch).filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  return { x: withPrefix("x/"), y: withPrefix("y/") };
}
