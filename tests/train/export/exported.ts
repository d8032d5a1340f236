import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { layers, LayersModel, type Sequential, sequential } from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { differences, type Model as OnnxModel, type ValueInfo } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { Random } from "../../../lib/array/random.ts";
import type { ExportFunction } from "../../../train/export/exportable.ts";
import { exportOnnx, type ExportOnnxOptions } from "../../../train/export/export_onnx.ts";

/** Two dense layers. */
export function mlp(): Sequential {
  return sequential({
    name: "mlp",
    layers: [
      layers.dense({ units: 8, activation: "relu", inputShape: [4], name: "hidden" }),
      layers.dense({ units: 3, name: "logits" }),
    ],
  });
}

/**
 * Gives every weight of a model random numbers, so that none of them is of no effect; variances stay
 * above 0.
 */
export function drawWeights(model: LayersModel): void {
  drawValues(model.weights);
}

/** Does so for some weights. */
export function drawValues(weights: LayersModel["weights"]): void {
  const random = new Random(0, "weights");
  for (const weight of weights) {
    const variable = weight.read() as tf.Variable;
    const isVariance = weight.originalName.includes("variance");
    // As initializers do: smaller where more are summed.
    const limit = 1 / Math.sqrt(variable.shape.slice(0, -1).reduce((a, b) => a * b, 1));
    const values = Float32Array.from(
      { length: variable.size },
      () => isVariance ? 0.5 + random.uniform() : limit * (2 * random.uniform() - 1),
    );
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

/** Random arrays for the inputs of a graph; integers are below `choices`. */
export function drawInputs(
  inputs: readonly ValueInfo[],
  { batch, choices = 2 }: { batch: number; choices?: number },
): Record<string, NdArray> {
  const random = new Random(batch, "inputs");
  return Object.fromEntries(inputs.map(({ name, dtype, shape }) => {
    const sizes = shape.map((size) => typeof size === "number" ? size : batch);
    const length = sizeOf(sizes);
    return [
      name,
      dtype === "int32"
        ? ndarray(
          dtype,
          sizes,
          Int32Array.from({ length }, () => Math.floor(choices * random.uniform())),
        )
        : ndarray(
          "float32",
          sizes,
          Float32Array.from({ length }, () => 2 * random.uniform() - 1),
        ),
    ];
  }));
}

/** Options for {@linkcode compareExport}. */
export interface CompareOptions {
  batches: readonly number[];
  tolerance: number;
  /** The integers that inputs may be are below. @default {2} */
  choices?: number;
}

/**
 * Exports a model or function and compares it as {@linkcode compareRuns} does.
 *
 * @throws {Error} If they differ, or if an output is one number over and over.
 */
export async function compareExport(
  model: LayersModel | ExportFunction,
  options: ExportOnnxOptions,
  compareOptions: CompareOptions,
): Promise<OnnxModel> {
  const { model: onnx } = await exportOnnx(model, undefined, options);
  await compareRuns(onnx, model, compareOptions);
  return onnx;
}

/** Runs a graph in ONNX Runtime beside a model or function in TensorFlow.js. */
export async function compareRuns(
  onnx: OnnxModel,
  model: LayersModel | ExportFunction,
  { batches, tolerance, choices = 2 }: CompareOptions,
): Promise<void> {
  const session = await createSession(onnx, { threads: 1 });
  for (const batch of batches) {
    const inputs = drawInputs(onnx.graph.inputs, { batch, choices });
    const expected = await runEagerly(model, inputs, onnx.graph.outputs);
    const given = await session.run(inputs);
    for (const { name, relativeDifference } of differences(given, expected)) {
      const { data } = expected[name];
      assert(data.some((value) => value !== data[0]), `output ${name} gives one number only`);
      assert(
        relativeDifference <= tolerance,
        `output ${name} at batch ${batch} is off by ${relativeDifference}`,
      );
    }
  }
  await session.release();
}

/** What TensorFlow.js gives, by the names of the graph. */
export async function runEagerly(
  model: LayersModel | ExportFunction,
  inputs: Readonly<Record<string, NdArray>>,
  outputs: readonly ValueInfo[],
): Promise<Record<string, NdArray>> {
  const tensors = Object.entries(inputs).map(([name, { data, shape, dtype }]) =>
    [name, tf.tensor(data as Float32Array, [...shape], dtype as "float32")] as const
  );
  const given = [
    model instanceof LayersModel
      ? model.predict(tensors.map(([, tensor]) => tensor))
      : model(Object.fromEntries(tensors)),
  ].flat() as tf.Tensor[];
  const arrays = await Promise.all(given.map(async (tensor, i) => {
    const data = await tensor.data() as Float32Array;
    return [outputs[i].name, ndarray("float32", tensor.shape, data)];
  }));
  tf.dispose([tensors.map(([, tensor]) => tensor), given]);
  return Object.fromEntries(arrays);
}
