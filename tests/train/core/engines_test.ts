import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { loadImages, toFloat32 } from "../../../lib/data/mod.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { take } from "../../../lib/array/rows.ts";
import { ENGINES } from "../../../train/core/engines/mod.ts";
import { lossGradients } from "../../../train/core/step.ts";
import { buildVae } from "../../../train/networks/vae.ts";
import { trainableVariables } from "../../../train/core/variables.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import {
  assertSameStep,
  blobs,
  curveError,
  recordedGradients,
  relativeError,
  runSteps,
  STEP_CASES,
  VAE_LOSSES,
  vaeCase,
  vaeWith,
} from "./step_case.ts";

await useBackend("cpu");

for (const stepCase of STEP_CASES) {
  Deno.test(`one recorded step gives the eager step's losses and state (${stepCase.about})`, async () => {
    const eager = await runSteps(stepCase, "tfjs", [0, 1]);
    assert(eager.state.length > 0);
    assertSameStep(await runSteps(stepCase, "onnx", [0, 1]), eager);
  });
}

for (const stepCase of STEP_CASES.filter(({ about }) => about.startsWith("vae"))) {
  Deno.test(`100 recorded steps follow the eager loss curve (${stepCase.about})`, async () => {
    const { losses: { loss: expected } } = await runSteps(stepCase, "tfjs", [0, 100]);
    const { losses: { loss: actual } } = await runSteps(stepCase, "onnx", [0, 100]);
    assert(curveError(actual.subarray(0, 5), expected.subarray(0, 5)) <= 1e-4);
    assert(curveError(actual, expected) <= 5e-3);
    // A wrong gradient can lower the loss too, but a flat curve would make the test above blind.
    assert(expected[99] < expected[0] * 0.9, `the loss only fell to ${expected[99]}`);
  });
}

Deno.test("one chunk of 20 steps ends where two chunks of 10 end", async () => {
  const stepCase = vaeCase("clusters");
  const whole = await runSteps(stepCase, "onnx", [0, 20]);
  assertEquals((await runSteps(stepCase, "onnx", [0, 10], [10, 20])).state, whole.state);
});

for (const kind of ["elbo", "clusters"] as const) {
  Deno.test(`an evaluation is the same on both engines, whatever the last batch (${kind})`, async () => {
    const { feed, batchSize, build } = vaeCase(kind, { images: blobs(130) });
    const evaluate = async (name: "onnx" | "tfjs") => {
      const { step, losses } = build();
      const engine = await ENGINES[name](step, feed, { batchSize, seed: 0, threads: 1 });
      const found = await engine.evaluate(losses!, feed);
      await engine.dispose();
      return found;
    };
    const [recorded, eager] = [await evaluate("onnx"), await evaluate("tfjs")];
    assertEquals(Object.keys(recorded).sort(), Object.keys(eager).sort());
    for (const [name, value] of Object.entries(eager)) {
      assertAlmostEquals(recorded[name], value, 1e-5 * value);
    }
  });
}

Deno.test("recorded gradients on MNIST equal the eager ones to 1e-5 of their norm", async () => {
  const { images } = await loadImages("mnist:test", { classes: [1, 4, 8] });
  const batch = take(images, Uint32Array.from({ length: 32 }, (_, i) => 90 * i));
  const vae = buildVae([28, 28, 1], vaeWith({ hidden: [512, 256], seed: 2 }));
  const losses = VAE_LOSSES.elbo(vae);
  const variables = trainableVariables(vae.networks);
  const inputs = {
    images: toFloat32(batch),
    epsilon: ndarray("float32", [32, 2], new Random(5).normals(64)),
    beta: ndarray("float32", [], Float32Array.of(0.7)),
  };
  const recorded = await recordedGradients(losses, variables, inputs);
  const { gradients } = lossGradients(variables, () =>
    losses({
      images: tf.tensor4d(inputs.images.data, [32, 28, 28, 1]),
      epsilon: tf.tensor2d(inputs.epsilon.data, [32, 2]),
      beta: tf.scalar(0.7),
    }));
  assertEquals(Object.keys(recorded).sort(), Object.keys(gradients).sort());
  assertEquals(Object.keys(recorded).length, 14);
  for (const [name, gradient] of Object.entries(recorded)) {
    const error = relativeError(gradient, await gradients[name].data());
    assert(error <= 1e-5, `gradient of ${name} is off by ${error} of its norm`);
  }
});
