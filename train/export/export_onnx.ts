import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import {
  type Difference,
  type Model as OnnxModel,
  neededOpset,
  toOpset,
  writeModel,
} from "../../lib/onnx/mod.ts";
import { freeAxes, nameInputs, nameOutputs } from "./export_names.ts";
import { exportableFunction, exportableModel, type ExportFunction } from "./exportable.ts";
import { type ExportInput, recordFreeBatch } from "./free_batch.ts";
import "../record/random/recordable_layers.ts";
import { verifyExport } from "./verify_export.ts";

/** Options for {@linkcode exportOnnx}. */
export interface ExportOnnxOptions {
  /**
   * The version of ONNX's operator set.
   *
   * @default {17} or the lowest above that has every operator used
   */
  opsetVersion?: number;
  /** The graph's names of the inputs, in order. By default those of the model or function. */
  inputNames?: readonly string[];
  /**
   * The graph's names of the outputs, in order. By default the model's, those of the named tensors
   * that a function gives, or `output` and `output_0`, `output_1`, ...
   */
  outputNames?: readonly string[];
  /**
   * Inputs whose first axis is free, and what its size is called: `{ x: { 0: "batch" } }`. By
   * default it is free wherever the first size is `null`, and called `batch`.
   */
  dynamicAxes?: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /**
   * What a function takes, by its names for them; a first size of `null` is free. For a model, what
   * its layers leave open: the number of time steps, or in which range its inputs lie.
   *
   * @default {{}}
   */
  inputs?: Readonly<Record<string, ExportInput>>;
  /**
   * Tensors that are no variables and that a function reads, by the name they get in the file.
   * Others of more than a kilobyte are taken for noise or data frozen by mistake.
   *
   * @default {{}}
   */
  constants?: Readonly<Record<string, tf.Tensor>>;
  /** What the file shall say of itself. @default {{}} */
  metadata?: Readonly<Record<string, string>>;
  /**
   * Weights of more bytes than this go to a file beside the model's, with `.data` behind its name.
   *
   * @default {1e9}
   */
  externalDataBytes?: number;
  /** Compare the result with the active TensorFlow.js backend on random inputs. @default {true} */
  verify?: boolean;
  /** The greatest difference allowed, absolute up to 1 and relative above. @default {1e-4} */
  tolerance?: number;
}

/** What {@linkcode exportOnnx} gives. */
export interface OnnxExport {
  readonly model: OnnxModel;
  /** How far each output lies from TensorFlow.js at most; empty if it was not verified. */
  readonly differences: readonly Difference[];
}

/**
 * Exports a TensorFlow.js model, or a function, as ONNX: what it computes in inference, recorded. Its
 * weights keep their names, the batch size stays free, and recurrent layers are unrolled.
 *
 * @param model A `tf.sequential`, a functional model, or a function of named tensors that gives a
 * tensor, a list or named tensors.
 * @param path Of the `.onnx` file; one that stands there is replaced. Without it nothing is written.
 * @throws {InputError} If the model cannot be exported as it is, saying what it needs.
 * @throws {Error} If an output differs from TensorFlow.js by more than the tolerance.
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
  model: tfl.LayersModel | ExportFunction,
  path: string | undefined,
  {
    opsetVersion,
    inputNames,
    outputNames,
    dynamicAxes,
    inputs = {},
    constants = {},
    metadata = {},
    externalDataBytes = 1e9,
    verify = true,
    tolerance = 1e-4,
  }: ExportOnnxOptions = {},
): Promise<OnnxExport> {
  const exportable = model instanceof tfl.LayersModel
    ? exportableModel(model, inputs)
    : exportableFunction(model, { inputs, constants });
  const { name } = exportable;
  const named = nameInputs(exportable, inputNames);
  const { inputs: given, batchName } = freeAxes(name, named, dynamicAxes);
  const fn = nameOutputs(exportable, { inputNames: Object.keys(given), outputNames });
  const parameters = exportable.parameters();
  // What the backend has not computed yet cannot be stored.
  for (const parameter of Object.values(parameters)) await parameter.data();

  const graph = recordFreeBatch(fn, {
    name,
    batchName,
    inputs: given,
    parameters,
    // Layers are called "c1" too.
    prefix: "/",
  });
  const opset = opsetVersion ?? neededOpset(graph).opset;
  const onnx: OnnxModel = {
    graph: toOpset(graph, opset),
    opset,
    description: `${name}, recorded from TensorFlow.js`,
    metadata,
  };
  const check = async (source: OnnxModel | string) =>
    verify ? await verifyExport(onnx, source, { fn, inputs: given, tolerance }) : [];
  if (path === undefined) return { model: onnx, differences: await check(onnx) };
  let differences: readonly Difference[] = [];
  await writeModel(onnx, path, {
    externalDataBytes,
    check: async (written) => {
      differences = await check(written);
    },
  });
  return { model: onnx, differences };
}
