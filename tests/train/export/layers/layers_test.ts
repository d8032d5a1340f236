import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { exportOnnx } from "../../../../train/export/export_onnx.ts";
import { compareExport, compareRuns } from "../exported.ts";
import { EXCLUDED, LAYER_CASES } from "./mod.ts";
import { modelOf } from "./model_of.ts";
import "../../seeded_weights.ts";

await useBackend("cpu");

Deno.test("the layer cases name every stock layer", () => {
  const named = new Set([...LAYER_CASES, ...EXCLUDED].map(({ layer }) => layer));
  assertEquals([...named].sort(), Object.keys(tfl.layers).sort());
});

for (const layerCase of LAYER_CASES) {
  const { layer, about } = layerCase;
  Deno.test(`exportOnnx() of ${layer}${about ? ` (${about})` : ""} gives what TensorFlow.js gives`, async () => {
    const { model, options } = modelOf(layerCase);
    const { choices = 2 } = layerCase;
    await compareExport(model, options, { batches: [2, 5], tolerance: 1e-4, choices });
  });
}

for (const excluded of EXCLUDED) {
  const { layer, reason, message } = excluded;
  Deno.test(`exportOnnx() throws on ${layer}: ${reason}`, async () => {
    const { model, options } = modelOf(excluded);
    await assertRejects(() => exportOnnx(model, undefined, options), Error, message);
  });
}

Deno.test("exportOnnx() of batchNormalization along the first axis gives what it should", async () => {
  // Not compared with TensorFlow.js's `cpu` and `wasm`: they take the mean of the last axis.
  const { model } = modelOf({
    inputs: [[4, 5, 3]],
    build: () => tfl.layers.batchNormalization({ axis: 1 }),
  });
  const weights = (model as tfl.LayersModel).weights.map((weight) => weight.read());
  const formula = ({ x }: Record<string, tf.Tensor>) => {
    const [gamma, beta, mean, variance] = weights.map((weight) => tf.reshape(weight, [4, 1, 1]));
    const normalized = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
    return tf.add(tf.mul(normalized, gamma), beta);
  };
  const { model: onnx } = await exportOnnx(model, undefined, { inputNames: ["x"], verify: false });
  await compareRuns(onnx, formula, { batches: [2, 5], tolerance: 1e-5 });
});

Deno.test("compareExport() throws if an output is one number over and over", async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] });
  for (const weight of model.weights) {
    (weight.read() as tf.Variable).assign(tf.zerosLike(weight.read()));
  }
  const compare = () => compareExport(model, {}, { batches: [2], tolerance: 1e-4 });
  await assertRejects(compare, Error, "gives one number only");
});
