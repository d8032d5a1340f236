// A TensorFlow.js model as ONNX, compared with TensorFlow.js, and run by ONNX Runtime.
import * as tfl from "@tensorflow/tfjs-layers";
import { createSession, exportOnnx, ndarray, useBackend } from "@glimpse/glimpse";

await useBackend("cpu");
const model = tfl.sequential({
  layers: [
    tfl.layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: [8, 8, 1] }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 3, activation: "softmax", name: "probabilities" }),
  ],
});
const [out = "model.onnx"] = Deno.args;
const { differences } = await exportOnnx(model, out, { inputNames: ["images"] });
console.log(
  `greatest difference ${differences[0].relativeDifference < 1e-5 ? "below" : "above"} 1e-5`,
);

const session = await createSession(out);
const images = ndarray("float32", [2, 8, 8, 1], new Float32Array(128));
const [probabilities] = Object.values(await session.run({ images }));
console.log(`shape ${probabilities.shape.join("x")}`);
await session.release();
