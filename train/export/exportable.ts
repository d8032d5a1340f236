import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../lib/input_error.ts";
import { BATCH, type ExportInput, freeNames, specsAt } from "./free_sizes.ts";
import { namedVariables } from "../core/variables.ts";
import { modelInputs } from "./model_inputs.ts";
import { withCounts } from "../record/recording/counted.ts";
import { variablesUsedBy } from "../record/record_step.ts";
import { inputTensors, withRecording } from "../record/record.ts";

/** Any function of named tensors. */
export type ExportFunction = (
  inputs: Record<string, tf.Tensor>,
) => tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** A model or a function, as {@linkcode exportOnnx} sees it. */
export interface Exportable {
  readonly name: string;
  /** Its inputs in order. */
  readonly inputs: readonly (readonly [string, ExportInput])[];
  /** Its outputs in order, from its inputs in order. */
  compute(inputs: readonly tf.Tensor[]): [string, tf.Tensor][];
  /** The tensors that it reads beside its inputs, by name. */
  parameters(): Record<string, tf.Tensor>;
}

/** @throws {InputError} If the model has no graph yet, or keeps state between calls. */
export function exportableModel(
  model: tfl.LayersModel,
  overrides: Readonly<Record<string, ExportInput>>,
): Exportable {
  const what = `model "${model.name}"`;
  if (model.layers.length === 0) {
    throw new InputError(`Cannot export ${what}: it is not built, at least one layer is needed`);
  }
  // A sequential model is built when it is first used.
  if (!model.built) model.build(model.inputs.map(({ shape }) => shape));
  if (model.stateful) {
    const names = model.layers.filter(({ stateful }) => stateful).map(({ name }) => `"${name}"`);
    throw new InputError(
      `Cannot export ${what}: ${names} keeps state between calls, stateful: false is needed`,
    );
  }
  return {
    name: model.name,
    inputs: modelInputs(model, overrides),
    compute(inputs) {
      // Without `training`: dropout is off, and batch normalization uses its moving statistics.
      const outputs = [model.apply([...inputs]) as tf.Tensor | tf.Tensor[]].flat();
      return outputs.map((output, i) => [model.outputNames[i], output]);
    },
    parameters: () => namedVariables({ [model.name]: model }),
  };
}

/** @throws {InputError} If it is not said what the function takes. */
export function exportableFunction(
  fn: ExportFunction,
  { inputs, constants }: {
    inputs: Readonly<Record<string, ExportInput>>;
    constants: Readonly<Record<string, tf.Tensor>>;
  },
): Exportable {
  const name = fn.name || "function";
  const given = Object.entries(inputs);
  if (given.length === 0) {
    throw new InputError(
      `Cannot export function "${name}": it is not said what it takes, \`inputs\` is needed`,
    );
  }
  const compute: Exportable["compute"] = (tensors) => {
    const outputs = fn(Object.fromEntries(given.map(([name], i) => [name, tensors[i]])));
    if (outputs instanceof tf.Tensor) return [["output", outputs]];
    const named: [string, tf.Tensor][] = Array.isArray(outputs)
      ? outputs.map((output, i) => [`output_${i}`, output])
      : Object.entries(outputs ?? {});
    if (named.length > 0 && named.every(([, tensor]) => tensor instanceof tf.Tensor)) return named;
    throw new InputError(
      `Cannot export function "${name}": it gives ${
        outputs instanceof Promise ? "a promise" : String(outputs)
      }, a tensor, a list of tensors or tensors by name are needed`,
    );
  };
  return {
    name,
    inputs: given,
    compute,
    parameters: () =>
      uniquelyNamed([...Object.entries(constants), ...variablesReadBy(compute, given)]),
  };
}

/** The variables that a function reads, found by recording it once. */
function variablesReadBy(
  compute: Exportable["compute"],
  inputs: Exportable["inputs"],
): [string, tf.Variable][] {
  const given = Object.fromEntries(inputs);
  // A batch of one, and whatever else is free large enough to slide windows over.
  const sizes = freeNames(given).map((name) => [name, name === BATCH ? 1 : 32]);
  const specs = specsAt(given, Object.fromEntries(sizes));
  // Layers that are built when they are first called may draw their weights here.
  const variables = withRecording(() =>
    withCounts(
      (_, most) => most,
      () => variablesUsedBy(() => compute(Object.values(inputTensors(specs)))),
    )
  );
  return variables.map((variable) => [variable.name, variable]);
}

/** Tensors by name, a number behind the name where two have the same. */
function uniquelyNamed(tensors: readonly [string, tf.Tensor][]): Record<string, tf.Tensor> {
  const named: Record<string, tf.Tensor> = {};
  const seen = new Set<tf.Tensor>();
  for (const [name, tensor] of tensors) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    let unique = name;
    for (let i = 1; unique in named; i++) unique = `${name}_${i}`;
    named[unique] = tensor;
  }
  return named;
}
