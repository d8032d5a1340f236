import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { loadImages, toFloat32 } from "../../../lib/data/mod.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { ENGINES } from "../../../train/core/engines/old/mod.ts";
import { trainableVariables } from "../../../train/models/mod.ts";
import { elboObjective } from "../../../train/objectives/elbo.ts";
import { adam } from "../../../train/core/optimizers.ts";
import { buildVae } from "../../../train/models/vae.ts";
import { lossGradients } from "../../../train/core/train_step.ts";
import {
  assertSameStep,
  BERNOULLI,
  blobs,
  curveError,
  drawChunk,
  OBJECTIVES,
  recordedGradients,
  relativeError,
  rowTypes,
  runSteps,
  sliceChunk,
  STEP_CASES,
  type StepCase,
} from "./step_case.ts";
import { take } from "../../../lib/array/rows.ts";

await useBackend("cpu");

for (const { about, stepCase } of STEP_CASES) {
  Deno.test(`one recorded step gives the eager step's losses and state (${about})`, async () => {
    const chunk = drawChunk(stepCase, 1);
    const eager = await runSteps(stepCase, "tfjs", chunk);
    const recorded = await runSteps(stepCase, "onnx", chunk);
    assertSameStep(recorded, eager);
  });

  Deno.test(`100 recorded steps follow the eager loss curve (${about})`, async () => {
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

Deno.test("one chunk of 20 steps ends where two chunks of 10 end", async () => {
  const { stepCase } = STEP_CASES[3];
  const chunk = drawChunk(stepCase, 20);
  const whole = await runSteps(stepCase, "onnx", chunk);
  const parts = [sliceChunk(chunk, [0, 10]), sliceChunk(chunk, [10, 20])] as const;
  assertEquals((await runSteps(stepCase, "onnx", ...parts)).state, whole.state);
});

for (const objective of ["elbo", "clusters"] as const) {
  Deno.test(`an evaluation is the same on both engines, whatever the last batch (${objective})`, async () => {
    const stepCase: StepCase = { images: blobs(530), batchSize: 16, options: BERNOULLI, objective };
    const { rows } = drawChunk(stepCase, 1);
    const epsilon = new Random(8).normals(530 * 2);
    const evaluate = async (name: "onnx" | "tfjs") => {
      const model = buildVae([8, 8, 1], BERNOULLI);
      const engine = await ENGINES[name]({
        model,
        objective: OBJECTIVES[objective](model),
        optimizer: adam(trainableVariables(model)),
        batchSize: 16,
        rowTypes: rowTypes(rows),
        threads: 1,
      });
      const losses = await engine.evaluate(rows.images, epsilon);
      await engine.dispose();
      return losses;
    };
    const [recorded, eager] = [await evaluate("onnx"), await evaluate("tfjs")];
    for (const name of ["loss", "reconstructionLoss", "klLoss"] as const) {
      assertAlmostEquals(recorded[name], eager[name], 1e-5 * eager[name]);
    }
  });
}

Deno.test("recorded gradients on MNIST equal the eager ones to 1e-5 of their norm", async () => {
  const { images } = await loadImages("mnist:test", { classes: [1, 4, 8] });
  const batch = take(images, Uint32Array.from({ length: 32 }, (_, i) => 90 * i));
  const model = buildVae([28, 28, 1], { seed: 2 });
  const objective = elboObjective(model);
  const inputs = {
    images: toFloat32(batch),
    epsilon: ndarray("float32", [32, 2], new Random(5).normals(64)),
    beta: ndarray("float32", [], Float32Array.of(0.7)),
  };

  const recorded = await recordedGradients(model, objective, inputs);
  const eager = lossGradients(model, objective, {
    images: tf.tensor4d(inputs.images.data, [32, 28, 28, 1]),
    epsilon: tf.tensor2d(inputs.epsilon.data, [32, 2]),
    beta: tf.scalar(0.7),
  });
  assertEquals(Object.keys(recorded).sort(), Object.keys(eager.gradients).sort());
  assertEquals(Object.keys(recorded).length, 14);
  for (const [name, gradient] of Object.entries(recorded)) {
    const error = relativeError(gradient, await eager.gradients[name].data());
    assert(error <= 1e-5, `gradient of ${name} is off by ${error} of its norm`);
  }
});
