import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import type { ByName, LossFunction, Metric } from "../layers_loss.ts";

/** Options of a training that `model.compile()` takes, by functions or by its names for them. */
export interface CompileOptions {
  /** Any of `tf.train`, or its name in TensorFlow.js, such as `"adam"`, with its default rate. */
  optimizer?: tf.Optimizer | string | undefined;
  /**
   * Any of `tf.losses`, another function of labels and predictions, or a name, such as
   * `"categoricalCrossentropy"`: one for all outputs that have labels, or one for each by the name
   * of the output or in the model's order. Their means are added up.
   */
  loss?: ByName<LossFunction | string> | undefined;
  /**
   * What else is computed of the outputs that have labels: names of TensorFlow.js, such as
   * `"accuracy"`, which logs `acc`, for all outputs or by the names of outputs; or functions of
   * labels and predictions, by names of one's own. Where several outputs have labels, the log has
   * `OUTPUT_NAME`. Predictions are those of training mode while the model trains.
   */
  metrics?:
    | string
    | readonly (string | LossFunction)[]
    | Readonly<Record<string, LossFunction | string | readonly (string | LossFunction)[]>>
    | undefined;
}

/** What a model is trained with. */
export interface Compiled {
  readonly optimizer: tf.Optimizer;
  /** By output. */
  readonly loss: Readonly<Record<string, LossFunction>>;
  readonly metrics: readonly Metric[];
}

/** What a compiled model does not declare. */
interface CompiledModel {
  readonly lossFunctions: readonly LossFunction[];
  readonly metricsNames: readonly string[];
  readonly metricsTensors: readonly (readonly [measure: LossFunction, output: number])[];
}

/**
 * Compiles a model, unless it is and nothing is given.
 *
 * @param labelled The outputs that have labels.
 * @throws {InputError} If a name is none of TensorFlow.js, a metric has the name of the loss, or
 * something is missing.
 */
export function compile(
  model: tfl.LayersModel,
  labelled: readonly string[],
  { optimizer, loss, metrics }: CompileOptions,
): Compiled {
  const { name, outputNames } = model;
  const own = ownMetrics(metrics, outputNames);
  if (own !== undefined && "loss" in own) {
    throw new InputError(
      `Cannot train model "${name}": a metric is named as its loss, other names are needed (loss)`,
    );
  }
  if (optimizer !== undefined && loss !== undefined) {
    try {
      model.compile({
        optimizer: optimizer as tf.Optimizer,
        // A list, because TensorFlow.js warns of outputs that a record does not name.
        loss: lossList(loss, model) as tfl.ModelCompileArgs["loss"],
        ...own === undefined ? { metrics: metrics as string[] } : {},
      });
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`Cannot train model "${name}": ${(error as Error).message}`, {
        cause: error,
      });
    }
  } else if (optimizer !== undefined || loss !== undefined || model.optimizer === undefined) {
    throw new InputError(
      `Cannot train model "${name}": ${
        optimizer !== undefined || loss !== undefined
          ? `only ${loss === undefined ? "an optimizer" : "a loss"} is given`
          : "it is not compiled"
      }, \`optimizer\` and \`loss\` are needed, or model.compile()`,
    );
  }
  const inner = model instanceof tfl.Sequential
    ? (model as unknown as { model: tfl.LayersModel }).model
    : model;
  const { lossFunctions, metricsNames, metricsTensors } = inner as unknown as CompiledModel;
  const stock = metricsTensors.map(([measure, output], i) => ({
    // The first is that of the loss.
    name: metricsNames[i + 1],
    output: outputNames[output],
    measure,
  }));
  const named = Object.entries(own ?? {}).flatMap(([name, measure]) =>
    labelled.map((output) => ({
      name: labelled.length === 1 ? name : `${output}_${name}`,
      output,
      measure,
    }))
  );
  return {
    optimizer: model.optimizer,
    loss: Object.fromEntries(
      outputNames.flatMap((name, i) => {
        const compare = lossFunctions[i];
        return compare === undefined ? [] : [[name, compare]];
      }),
    ),
    metrics: [...stock.filter(({ output }) => labelled.includes(output)), ...named],
  };
}

/** The metrics that have names of their own. */
function ownMetrics(
  metrics: CompileOptions["metrics"],
  outputNames: readonly string[],
): Readonly<Record<string, LossFunction>> | undefined {
  if (typeof metrics !== "object" || Array.isArray(metrics)) return undefined;
  const isByOutput = Object.keys(metrics).every((name) => outputNames.includes(name));
  return isByOutput ? undefined : metrics as Readonly<Record<string, LossFunction>>;
}

function lossList(
  loss: NonNullable<CompileOptions["loss"]>,
  { name, outputNames }: tfl.LayersModel,
): readonly (LossFunction | string | undefined)[] {
  if (typeof loss !== "object") return outputNames.map(() => loss);
  if (Array.isArray(loss)) return loss;
  const byName = loss as Readonly<Record<string, LossFunction | string>>;
  const unknown = Object.keys(byName).find((output) => !outputNames.includes(output));
  if (unknown !== undefined) {
    throw new InputError(
      `Cannot train model "${name}": it has no output "${unknown}" (${outputNames.join(", ")})`,
    );
  }
  return outputNames.map((output) => byName[output]);
}
