// Any training step in stock TensorFlow.js, recorded once and run in ONNX Runtime.
import * as tf from "@tensorflow/tfjs-core";
import { adam, minimize, ndarray, train, useBackend } from "@glimpse/glimpse";

await useBackend("cpu");
// y = 3 x - 1, from noisy examples, by the mean absolute error.
const slope = tf.variable(tf.scalar(0));
const offset = tf.variable(tf.scalar(0));
const optimizer = adam([slope, offset]);
const step = ({ x, y, rate }: Record<string, tf.Tensor>) =>
  minimize(optimizer, rate as tf.Scalar, () => {
    const error = tf.sub(tf.add(tf.mul(x, slope), offset), y);
    return { loss: tf.mean(tf.abs(error)) as tf.Scalar };
  });
const x = Float32Array.from({ length: 400 }, (_, i) => i / 200 - 1);
const y = x.map((value, i) => 3 * value - 1 + 0.1 * Math.sin(i));
const examples = { x: ndarray("float32", [400, 1], x), y: ndarray("float32", [400, 1], y) };
await train(step, { examples, scalars: { rate: () => 0.02 } }, { epochs: 60, batchSize: 40 });
const [a, b] = [slope, offset].map((variable) => variable.dataSync()[0].toFixed(1));
console.log(`slope ${a}, offset ${b}`);
