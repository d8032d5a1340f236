import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { loadImages, takeImages } from "../../lib/data/mod.ts";
import { ndarray } from "../../lib/ndarray.ts";
import { Random } from "../../lib/random.ts";
import { createSession } from "../../lib/onnx/mod.ts";
import { useBackend } from "../../train/backends.ts";
import { recordFunction, stateOf } from "../../train/engines/recorded_step.ts";
import { modelVariables } from "../../train/models/model.ts";
import { buildVae, type VaeOptions } from "../../train/models/vae.ts";
import { lossGradients } from "../../train/train_step.ts";
import { emitGraph } from "../../train/trace/mod.ts";
import { blobs, curveError, drawChunk, relativeError, runSteps } from "./step_case.ts";

await useBackend("cpu");

const RECONSTRUCTIONS: VaeOptions[] = [
  { hidden: [32, 16], seed: 1, reconstruction: "bernoulli" },
  { hidden: [32, 16], seed: 1, latentDim: 5, reconstruction: "gaussian", standardDeviation: 0.3 },
];

for (const options of RECONSTRUCTIONS) {
  const stepCase = { images: blobs(200), batchSize: 16, options };

  Deno.test(`one recorded step gives the eager step's losses and state (${options.reconstruction})`, async () => {
    const chunk = drawChunk(stepCase, 1);
    const eager = await runSteps(stepCase, "tfjs", chunk);
    const recorded = await runSteps(stepCase, "onnx", chunk);
    assertEquals(recorded.state.length, eager.state.length);
    eager.state.forEach((expected, i) => {
      const error = relativeError(recorded.state[i], expected);
      assert(error <= 1e-5, `variable ${i} is off by ${error} of its norm`);
    });
    for (const name of ["loss", "reconstructionLoss", "klLoss"] as const) {
      assert(curveError(recorded.losses[name], eager.losses[name]) <= 1e-5, name);
    }
  });

  Deno.test(`100 recorded steps follow the eager loss curve (${options.reconstruction})`, async () => {
    const chunk = drawChunk(stepCase, 100);
    const eager = await runSteps(stepCase, "tfjs", chunk);
    const recorded = await runSteps(stepCase, "onnx", chunk);
    const [actual, expected] = [recorded.losses.loss, eager.losses.loss];
    assert(curveError(actual.subarray(0, 5), expected.subarray(0, 5)) <= 1e-4);
    assert(curveError(actual, expected) <= 5e-3);
    // A wrong gradient can lower the loss too, but a flat curve would make the test above blind.
    assert(expected[99] < expected[0] * 0.9, `the loss only fell to ${expected[99]}`);
  });
}

Deno.test("one chunk of 20 steps gives what two chunks of 10 give", async () => {
  const stepCase = { images: blobs(200), batchSize: 16, options: RECONSTRUCTIONS[0] };
  const chunk = drawChunk(stepCase, 20);
  const whole = await runSteps(stepCase, "onnx", chunk);
  const again = await runSteps(stepCase, "onnx", chunk);
  assertEquals(again.state, whole.state);
});

Deno.test("recorded gradients on MNIST equal the eager ones to 1e-5 of their norm", async () => {
  const { images } = await loadImages("mnist:test", { classes: [1, 4, 8] });
  const batch = takeImages(images, Uint32Array.from({ length: 32 }, (_, i) => 90 * i));
  const model = buildVae([28, 28, 1], { seed: 2 });
  const state = stateOf(modelVariables(model));
  const shape = [32, 28, 28, 1];
  const pixels = Float32Array.from(batch.pixels, (value) => value / 255);
  const noise = new Random(5).normals(64);

  const gradientNames: string[] = [];
  const recording = recordFunction((inputs) => {
    const { losses, gradients } = lossGradients(model, inputs);
    // The recording gives a variable's new value as output: let that be its gradient.
    for (const { variable } of state) {
      variable.assign(gradients[variable.name]);
      gradientNames.push(variable.name);
    }
    return losses;
  }, { state, batchSize: 32, imageShape: [28, 28, 1], latentDim: 2 });
  const feeds = Object.fromEntries(
    await Promise.all(state.map(async ({ name, variable }) => [
      name,
      ndarray("float32", variable.shape, await variable.data() as Float32Array),
    ])),
  );
  const session = await createSession({ graph: emitGraph(recording), opset: 17 });
  const results = await session.run({
    ...feeds,
    images: ndarray("float32", shape, pixels),
    epsilon: ndarray("float32", [32, 2], noise),
    beta: ndarray("float32", [], Float32Array.of(0.7)),
    learningRate: ndarray("float32", [], Float32Array.of(0)),
  });
  await session.release();

  const eager = lossGradients(model, {
    images: tf.tensor4d(pixels, [32, 28, 28, 1]),
    epsilon: tf.tensor2d(noise, [32, 2]),
    beta: tf.scalar(0.7),
  });
  assertEquals(gradientNames.length, 14);
  for (const { name, variable } of state) {
    const expected = await eager.gradients[variable.name].data();
    const error = relativeError(results[`new/${name}`].data as Float32Array, expected);
    assert(error <= 1e-5, `gradient of ${variable.name} is off by ${error} of its norm`);
  }
});
