import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import type { ExportFunction } from "../../../../train/export/exportable.ts";
import type { ExportOnnxOptions } from "../../../../train/export/export_onnx.ts";
import { drawValues, drawWeights } from "../exported.ts";
import type { LayerCase } from "./case.ts";

/** A layer with random weights as a model, or as a function where it cannot be one. */
export function modelOf(
  { inputs: shapes, build, apply, choices }: Pick<
    LayerCase,
    "inputs" | "build" | "apply" | "choices"
  >,
): { model: tfl.LayersModel | ExportFunction; options: ExportOnnxOptions } {
  const layer = build();
  if (apply === undefined) {
    const inputs = shapes.map((shape) => tfl.input({ shape: [...shape] }));
    const outputs = layer.apply(inputs.length === 1 ? inputs[0] : inputs);
    const model = tfl.model({ inputs, outputs: outputs as tfl.SymbolicTensor });
    drawWeights(model);
    const names = model.outputNames;
    const outputNames = names.length === 1 ? names : names.map((name, i) => `${name}_${i}`);
    return { model, options: { outputNames } };
  }
  drawValues(layer.weights);
  const named = shapes.map((shape, i) => [
    `input_${i}`,
    choices === undefined
      ? { shape: [null, ...shape] }
      : { shape: [null, ...shape], dtype: "int32", range: [0, choices] },
  ]);
  const model = (tensors: Record<string, tf.Tensor>) => apply(layer, Object.values(tensors));
  return { model, options: { inputs: Object.fromEntries(named) } };
}
