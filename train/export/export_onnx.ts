import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import {
  type ExportedFunction,
  exportFunction,
  type ExportFunctionOptions,
} from "./export_function.ts";
import { freeAxes, nameInputs, nameOutputs } from "./export_names.ts";
import {
  type Exportable,
  exportableFunction,
  exportableModel,
  type ExportFunction,
} from "./exportable.ts";
import { exportableGraph, type GraphModelLike, isGraphModel } from "./exportable_graph.ts";
import type { ExportInput } from "./free_sizes.ts";
import { makeRecordable } from "./recordable_graph.ts";
import { InputError } from "../../lib/input_error.ts";
import "../record/random/recordable_layers.ts";

/** Options for {@linkcode exportOnnx}. */
export interface ExportOnnxOptions extends
  Pick<
    ExportFunctionOptions,
    | "opsetVersion"
    | "metadata"
    | "externalDataBytes"
    | "verify"
    | "samples"
    | "tolerance"
    | "onProgress"
    | "rewrite"
  > {
  /** The graph's names of the inputs, in order. By default those of the model or function. */
  inputNames?: readonly string[] | undefined;
  /**
   * The graph's names of the outputs, in order. By default the model's, those of the named tensors
   * that a function gives, or `output` and `output_0`, `output_1`, ...
   */
  outputNames?: readonly string[];
  /**
   * Axes that are free, and what their sizes are called: `{ x: { 0: "batch" } }`. By default they are
   * free wherever a size is `null`, and the first is called `batch`.
   */
  dynamicAxes?: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /**
   * What a function takes, by its names for them; a size of `null` is free. For a model, what is known
   * better: sizes that its layers leave open, or in which range its inputs lie.
   * @default {{}}
   */
  inputs?: Readonly<Record<string, ExportInput>>;
  /**
   * Tensors that are no variables and that a function reads, by the name they get in the file.
   * Others of more than a kilobyte are taken for noise or data frozen by mistake.
   * @default {{}}
   */
  constants?: Readonly<Record<string, tf.Tensor>>;
  /** The nodes of a graph model to compute, by name. By default its outputs. */
  outputs?: readonly string[] | undefined;
  /** What a graph model is called, which knows no name of its own. @default {"model"} */
  name?: string;
}

/**
 * Exports a TensorFlow.js model, or a function, as ONNX: what it computes in inference, recorded. Its
 * weights keep their names, and sizes that it leaves open stay free.
 *
 * @param model A `tf.sequential`, a functional model, or a function of named tensors that gives a
 * tensor, a list or named tensors.
 * @param path Of the `.onnx` file; one that stands there is replaced. Without it nothing is written.
 * @throws {InputError} If the model cannot be exported as it is, saying what it needs.
 * @throws {InputError} If an output differs from TensorFlow.js by more than the tolerance.
 *
 * @example Usage
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { exportOnnx, useBackend } from "@glimpse/glimpse/train";
 * import { assertEquals } from "@std/assert";
 *
 * await useBackend("cpu");
 * const { model } = await exportOnnx(({ x }) => tf.softmax(tf.mul(x, 2)), undefined, {
 *   inputs: { x: { shape: [null, 10] } },
 *   outputNames: ["probabilities"],
 * });
 * assertEquals(model.graph.outputs[0].shape, ["batch", 10]);
 * ```
 */
export async function exportOnnx(
  model: tfl.LayersModel | GraphModelLike | ExportFunction,
  path: string | undefined,
  {
    inputNames,
    outputNames,
    dynamicAxes,
    inputs = {},
    constants = {},
    outputs,
    name: graphName = "model",
    ...options
  }: ExportOnnxOptions = {},
): Promise<ExportedFunction> {
  if (typeof model !== "function" && isGraphModel(model)) await makeRecordable(model);
  const exportable = exportableOf(model, { inputs, constants, outputs, name: graphName });
  const { name } = exportable;
  const named = nameInputs(exportable, inputNames);
  const { inputs: given, batchName } = freeAxes(name, named, dynamicAxes);
  const fn = nameOutputs(exportable, { inputNames: Object.keys(given), outputNames });
  return await exportFunction(fn, {
    ...options,
    path,
    name,
    batchName,
    inputs: given,
    parameters: exportable.parameters(),
    // Layers are called "c1" too.
    prefix: "/",
  });
}

function exportableOf(
  model: tfl.LayersModel | GraphModelLike | ExportFunction,
  { inputs, constants, outputs, name }:
    & Required<Pick<ExportOnnxOptions, "inputs" | "constants" | "name">>
    & Pick<ExportOnnxOptions, "outputs">,
): Exportable {
  if (model instanceof tfl.LayersModel) return exportableModel(model, inputs);
  if (typeof model === "function") return exportableFunction(model, { inputs, constants });
  if (isGraphModel(model)) return exportableGraph(model, { name, overrides: inputs, outputs });
  throw new InputError(
    "layers" in model
      ? "Cannot export model: its layers are of another copy of @tensorflow/tfjs-layers, make or load it with the one that Glimpse imports"
      : "Cannot export: a model of layers, a graph model or a function is needed",
  );
}
