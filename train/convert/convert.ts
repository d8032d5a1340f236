import type { NdArray } from "../../lib/array/ndarray.ts";
import type { Graph, Model } from "../../lib/onnx/mod.ts";
import { platform } from "../../lib/platform/platform.ts";
import { EXPORT_TOLERANCE, type ExportedFunction } from "../export/export_function.ts";
import { exportOnnx, type ExportOnnxOptions } from "../export/export_onnx.ts";
import type { ExportInput } from "../export/free_sizes.ts";
import { calibrate } from "./calibrate.ts";
import { calibrationExamples } from "./calibration_examples.ts";
import { keepQuantized } from "./keep_quantized.ts";
import { quantizeDynamic } from "./quantize_dynamic.ts";
import { quantizeStatic, rangesNeeded } from "./quantize_static.ts";
import { readModel } from "./read_model.ts";
import { roundWeights, type WeightBits } from "./round_weights.ts";

/** Options for {@linkcode convert}. */
export interface ConvertOptions {
  /** What the file calls the inputs, in order. */
  inputs?: readonly string[] | undefined;
  /** Nodes of a graph model to compute. */
  outputs?: readonly string[] | undefined;
  /** Shapes of inputs by the model's names for them. @default {{}} */
  shapes?: Readonly<Record<string, ExportInput>>;
  opset?: number | undefined;
  /** Compare the file with the active TensorFlow.js backend. @default {true} */
  check?: boolean;
  /** The greatest difference allowed, as a part of an output's greatest value. @default {EXPORT_TOLERANCE} */
  tolerance?: number | undefined;
  /**
   * Store weights in fewer bits; the difference that is given then is what that costs. With `int8`
   * dense layers compute with integers.
   */
  bits?: WeightBits | undefined;
  /**
   * Examples of the inputs, by name, which decide the steps in which convolutions compute with 8-bit
   * integers too, for `bits: "int8"`; bytes are pixels.
   */
  calibration?: Readonly<Record<string, NdArray>> | undefined;
  onProgress?: ExportOnnxOptions["onProgress"];
}

/**
 * Converts a saved model of TensorFlow.js to ONNX. Weights that are stored in fewer bits stay so.
 *
 * @param path Of `model.json` or its folder.
 * @param out Of the `.onnx` file.
 * @returns With the bytes of what is written.
 * @throws {InputError} If there is no such model, or it cannot be exported as it is.
 */
export async function convert(
  path: string,
  out: string,
  {
    inputs,
    outputs,
    shapes = {},
    opset,
    check = true,
    tolerance = EXPORT_TOLERANCE,
    bits,
    calibration,
    onProgress,
  }: ConvertOptions = {},
): Promise<{ exported: ExportedFunction; bytes: number }> {
  const { name, model, quantized } = await readModel(path);
  const common = {
    name,
    inputs: shapes,
    inputNames: inputs,
    outputs,
    opsetVersion: opset,
    verify: check,
    onProgress,
  };
  const kept = (graph: Graph) => keepQuantized(graph, quantized);
  let exported = await exportOnnx(model, bits === undefined ? out : undefined, {
    ...common,
    tolerance,
    rewrite: kept,
  });
  if (bits !== undefined) {
    const quantized = calibration === undefined
      ? quantizeDynamic
      : await calibrated(exported.model, calibration);
    const rewrite = (graph: Graph) =>
      roundWeights(bits === "int8" ? quantized(kept(graph)) : kept(graph), bits);
    // It is right but for the rounding, which is measured.
    exported = await exportOnnx(model, out, { ...common, tolerance: Infinity, rewrite });
  }
  model.dispose();
  return { exported, bytes: (await platform.stat(out)).size };
}

/** Quantizes a model with the ranges that its values have over examples. */
async function calibrated(
  model: Model,
  arrays: Readonly<Record<string, NdArray>>,
): Promise<(graph: Graph) => Graph> {
  const examples = calibrationExamples(model.graph, arrays);
  const ranges = await calibrate(model, rangesNeeded(model.graph), examples);
  return (graph) => quantizeDynamic(quantizeStatic(graph, ranges));
}
