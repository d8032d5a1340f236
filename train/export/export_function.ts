import type * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../lib/array/ndarray.ts";
import {
  type Difference,
  type Graph,
  type Model as OnnxModel,
  neededOpset,
  toOpset,
  writeModel,
} from "../../lib/onnx/mod.ts";
import { type Computation, type ExportInput, recordFreeSizes } from "./free_sizes.ts";
import { verifyExport, type VerifyOptions } from "./verify_export.ts";

/** The difference from TensorFlow.js that rounding explains, as a part of the greatest value. */
export const EXPORT_TOLERANCE = 1e-4;

/** Options for {@linkcode exportFunction}. */
export interface ExportFunctionOptions {
  /** What the function takes, by name; a size of `null` is free. */
  inputs: Readonly<Record<string, ExportInput>>;
  /**
   * Variables and other tensors that it reads, by the name that they get in the file. Others of more
   * than a kilobyte are taken for noise or data frozen by mistake.
   * @default {{}}
   */
  parameters?: Readonly<Record<string, tf.Tensor>>;
  /** Of the graph. @default {"graph"} */
  name?: string;
  /** @default {"NAME, recorded from TensorFlow.js"} */
  description?: string;
  /** What the file says of itself. @default {{}} */
  metadata?: Readonly<Record<string, string>>;
  /**
   * The version of ONNX's operator set.
   *
   * @default {17} or the lowest above that has every operator used
   */
  opsetVersion?: number | undefined;
  /** What the free batch size is called. @default {"batch"} */
  batchName?: string;
  /** Starts the names of what is neither input, output nor parameter. @default {""} */
  prefix?: string;
  /** Of the `.onnx` file, which is replaced; nothing is written without it. */
  path?: string | undefined;
  /**
   * Weights of more bytes than this go to a file beside the model's, with `.data` behind its name.
   * @default {1e9}
   */
  externalDataBytes?: number;
  /** Makes other graphs of recorded ones, that compute the same in other words. */
  rewrite?: (graph: Graph) => Graph;
  /** Compare the result with the active TensorFlow.js backend. @default {true} */
  verify?: boolean;
  /**
   * Rows to compare on, by the name of the input; they are repeated where there are too few.
   *
   * @default {{}} random numbers in the range of the input
   */
  samples?: Readonly<Record<string, NdArray>>;
  /** The greatest difference allowed, as a part of the output's greatest value. @default {EXPORT_TOLERANCE} */
  tolerance?: number;
  /** Called before each comparison. */
  onProgress?: VerifyOptions["onProgress"];
}

/** A function in ONNX. */
export interface ExportedFunction {
  readonly model: OnnxModel;
  /** How far each output lies from TensorFlow.js at most; empty if it was not verified. */
  readonly differences: readonly Difference[];
  /** The greatest relative one of them, 0 if it was not verified. */
  readonly difference: number;
}

/**
 * Records a function of named tensors as ONNX, free in the batch size, and compares it with
 * TensorFlow.js: the one exporter of all models.
 *
 * @throws {InputError} If an output differs from TensorFlow.js by more than the tolerance.
 */
export async function exportFunction(
  fn: Computation,
  {
    inputs,
    parameters = {},
    name = "graph",
    description = `${name}, recorded from TensorFlow.js`,
    metadata = {},
    opsetVersion,
    path,
    externalDataBytes = 1e9,
    verify = true,
    samples = {},
    tolerance = EXPORT_TOLERANCE,
    onProgress,
    rewrite = (graph) => graph,
    ...options
  }: ExportFunctionOptions,
): Promise<ExportedFunction> {
  // What the backend has not computed yet cannot be stored.
  for (const parameter of Object.values(parameters)) await parameter.data();
  const graph = rewrite(recordFreeSizes(fn, { ...options, name, inputs, parameters }));
  const opset = opsetVersion ?? neededOpset(graph).opset;
  const model: OnnxModel = { graph: toOpset(graph, opset), opset, description, metadata };
  let differences: readonly Difference[] = [];
  const check = async (source: OnnxModel | string) => {
    if (verify) {
      differences = await verifyExport(model, source, {
        fn,
        inputs,
        samples,
        tolerance,
        onProgress,
      });
    }
  };
  if (path === undefined) await check(model);
  else await writeModel(model, path, { externalDataBytes, check });
  const difference = Math.max(0, ...differences.map((each) => each.relativeDifference));
  return { model, differences, difference };
}
