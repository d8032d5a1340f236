// A TensorFlow.js model of layers trained in ONNX Runtime: forward, gradients and Adam in one graph.
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { ndarray, useBackend } from "@glimpse/glimpse";
import { fitModel } from "@glimpse/glimpse/train";

await useBackend("cpu");
const model = tfl.sequential({
  layers: [
    tfl.layers.dense({ inputShape: [2], units: 16, activation: "tanh" }),
    tfl.layers.dense({ units: 1 }),
  ],
});
const x = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i * i));
const y = Float32Array.from({ length: 256 }, (_, i) => x[2 * i] * x[2 * i + 1]);
const data = { x: ndarray("float32", [256, 2], x), y: ndarray("float32", [256, 1], y) };
const losses = await fitModel(model, data, {
  optimizer: tf.train.adam(0.02),
  loss: tf.losses.meanSquaredError,
  epochs: 60,
});
console.log(`the loss fell to ${losses.at(-1)! < 0.1 * losses[0] ? "less" : "more"} than a tenth`);
