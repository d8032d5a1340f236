import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import type { Exportable } from "./exportable.ts";
import type { ExportInput } from "./free_sizes.ts";

/** An input or output of a graph model. */
interface GraphValue {
  readonly name: string;
  readonly dtype: string;
  /** Sizes below 0 are free; none where even their number is. */
  readonly shape?: readonly number[];
}

/** A model that executes a graph, as `@tensorflow/tfjs-converter` loads it. */
export interface GraphModelLike {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly weights: Readonly<Record<string, readonly tf.Tensor[]>>;
  execute(inputs: tf.NamedTensorMap, outputs: string[]): tf.Tensor | tf.Tensor[];
}

/** Options for {@linkcode exportableGraph}. */
export interface GraphOptions {
  /** What the graph is called. */
  name: string;
  /** What is known better of its inputs, by name. */
  overrides: Readonly<Record<string, ExportInput>>;
  /** The values to compute, by the names of nodes; the model's outputs unless given. */
  outputs?: readonly string[] | undefined;
}

/** Whether something has what a graph model has. */
export function isGraphModel(model: object): model is GraphModelLike {
  return ["execute", "inputs", "outputs", "weights"].every((name) => name in model);
}

/** @throws {InputError} If it has no outputs, an input has no such name or a type that ONNX lacks. */
export function exportableGraph(
  model: GraphModelLike,
  { name, overrides, outputs = model.outputs.map(({ name }) => name) }: GraphOptions,
): Exportable {
  const names = model.inputs.map(({ name }) => name);
  if (outputs.length === 0) {
    throw new InputError(
      `Cannot export model "${name}": its graph has no outputs, name nodes of it in \`outputs\``,
    );
  }
  for (const given of Object.keys(overrides)) {
    if (names.includes(given)) continue;
    throw new InputError(
      `Cannot export model "${name}": it has no input "${given}", its inputs are ${
        names.join(", ")
      }`,
    );
  }
  return {
    name,
    inputs: model.inputs.map((input) => [input.name, describe(name, input, overrides)]),
    compute(inputs) {
      const named = Object.fromEntries(names.map((input, i) => [input, inputs[i]]));
      const tensors = [explained(name, () => model.execute(named, [...outputs]))].flat();
      return tensors.map((tensor, i) => [outputs[i], tensor]);
    },
    parameters: () =>
      Object.fromEntries(
        Object.entries(model.weights).flatMap(([weight, [tensor]]) =>
          tensor.dtype === "string" ? [] : [[weight, tensor]]
        ),
      ),
  };
}

function describe(
  model: string,
  { name, shape, dtype }: GraphValue,
  overrides: GraphOptions["overrides"],
): ExportInput {
  if (name in overrides) return { dtype: dtype as "float32", ...overrides[name] };
  if (!["float32", "int32", "bool"].includes(dtype)) {
    throw new InputError(
      `Cannot export model "${model}": input "${name}" is ${dtype}, float32, int32 or bool is needed`,
    );
  }
  if (shape === undefined) {
    throw new InputError(
      `Cannot export model "${model}": the shape of input "${name}" is not stored with it, give it in \`inputs\``,
    );
  }
  return { shape: shape.map((size) => size < 0 ? null : size), dtype: dtype as "float32" };
}

/** Says what helps where the executor sends users elsewhere. */
function explained<T>(model: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { message } = error as Error;
    const [, missing] = /The output '(.*)' is not found/.exec(message) ?? [];
    const [, node, op] =
      /contains the node '(.*)', which has the dynamic op '(.*)'/.exec(message) ??
        [];
    if (missing === undefined && op === undefined) throw error;
    const found = op === undefined
      ? `it has no node "${missing}"`
      : `how much node "${node}" (${op}) gives depends on values, choose outputs before it`;
    throw new InputError(`Cannot export model "${model}": ${found}`, { cause: error });
  }
}
