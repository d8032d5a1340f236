import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type ByName, fitting, layersLoss, type LossFunction, named } from "./layers_loss.ts";
import type { Examples } from "./loop_runner.ts";
import "./recordable_layers.ts";
import { type Step, trainSteps, type TrainStepsOptions } from "./train_steps.ts";

/** What a model is trained on, a row an example. */
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
  /** The learning rate of a step, counted from 0; the optimizer's own where it is not given. */
  learningRate?: (step: number) => number;
  /** Examples that are not trained on: `onEpochEnd` is given their loss as `valLoss`. */
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
  { optimizer, loss, learningRate, validationData, ...options }: FitModelOptions,
): Promise<Float32Array> {
  const step: Step = (batch) => ({
    loss: layersStep(model, { ...splitBatch(batch), optimizer, loss }),
  });
  const losses = await trainSteps(step, joinExamples(model, data), {
    ...options,
    ...learningRate === undefined ? {} : { schedules: [{ optimizer, learningRate }] },
    ...validationData === undefined ? {} : {
      validation: {
        examples: joinExamples(model, validationData),
        losses: (batch) => ({
          loss: layersLoss(model, { ...splitBatch(batch), loss, training: false }),
        }),
      },
    },
  });
  return losses.loss;
}

/** One step of a model of layers, eager or recorded; gives the loss before it. */
export function layersStep(
  model: LayersModel,
  { x, y, optimizer, loss }:
    & { x: ByName<tf.Tensor>; y: ByName<tf.Tensor> }
    & Pick<FitModelOptions, "optimizer" | "loss">,
): tf.Scalar {
  const batch = { x: named(x, model, "input"), y: named(y, model, "output") };
  return optimizer.minimize(
    () => layersLoss(model, { ...batch, loss, training: true }),
    true,
    model.trainableWeights.map((weight) => weight.read() as tf.Variable),
  )!;
}

/** The arrays under names that tell labels from inputs. */
function joinExamples(model: LayersModel, { x, y }: LabelledExamples): Examples {
  const inputs = Object.entries(fitting(x, model));
  const labels = Object.entries(named(y, model, "output"));
  return Object.fromEntries([
    ...inputs.map(([name, array]) => [`x/${name}`, array]),
    ...labels.map(([name, array]) => [`y/${name}`, array]),
  ]);
}

function splitBatch(batch: Record<string, tf.Tensor>) {
  const withPrefix = (prefix: string) =>
    Object.fromEntries(
      Object.entries(batch).filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  return { x: withPrefix("x/"), y: withPrefix("y/") };
}
