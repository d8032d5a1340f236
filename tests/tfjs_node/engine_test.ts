import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { loadImages, toFloat32 } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { type EngineName, ENGINES } from "../../train/core/engines/mod.ts";
import { type Batch, lossGradients } from "../../train/core/step.ts";
import { buildVae } from "../../train/networks/vae.ts";
import { trainableVariables } from "../../train/core/variables.ts";
import { nativeBinding } from "../../train/tfjs/node/register_backend.ts";
import {
  assertSameStep,
  blobs,
  chunkOf,
  curveError,
  recordedGradients,
  relativeError,
  runSteps,
  STEP_CASES,
  type StepCase,
  VAE_LOSSES,
  vaeCase,
  vaeWith,
} from "../train/core/step_case.ts";
import { take } from "../../lib/array/rows.ts";
import { collectGarbage } from "../collect_garbage.ts";

// The first one here loads libtensorflow, and says what to run where there is none.
await useBackend("tensorflow");

/** The engines that the native one has to agree with. */
const OTHERS = ["tfjs", "onnx"] as const;

/** Runs the first steps; the engine `tfjs` on TensorFlow.js's own `cpu` backend. */
async function stepsOn(engine: EngineName, stepCase: StepCase, steps: number) {
  await useBackend("cpu");
  return await runSteps(stepCase, engine, [0, steps]);
}

for (const stepCase of STEP_CASES.filter(({ about }) => about.startsWith("vae"))) {
  for (const other of OTHERS) {
    Deno.test(`one native step gives the losses and state of ${other} (${stepCase.about})`, async () => {
      const native = await stepsOn("tfjs-node-gpu", stepCase, 1);
      assertEquals(tf.getBackend(), "tensorflow");
      const expected = await stepsOn(other, stepCase, 1);
      assertSameStep(native, expected);
    });
  }

  Deno.test(`100 native steps follow the loss curves of the others (${stepCase.about})`, async () => {
    const { loss } = (await stepsOn("tfjs-node-gpu", stepCase, 100)).losses;
    for (const other of OTHERS) {
      const expected = (await stepsOn(other, stepCase, 100)).losses.loss;
      assert(curveError(loss.subarray(0, 5), expected.subarray(0, 5)) <= 1e-4, other);
      assert(curveError(loss, expected) <= 5e-3, other);
      assert(expected[99] < expected[0] * 0.9, `the loss only fell to ${expected[99]}`);
    }
  });
}

Deno.test("native gradients on MNIST equal the others' to 1e-5 of their norm", async () => {
  const { images } = await loadImages("mnist:test", { classes: [1, 4, 8] });
  const batch = take(images, Uint32Array.from({ length: 32 }, (_, i) => 90 * i));
  const inputs = {
    images: toFloat32(batch),
    epsilon: ndarray("float32", [32, 2], new Random(5).normals(64)),
    beta: ndarray("float32", [], Float32Array.of(0.7)),
  };
  const vae = buildVae([28, 28, 1], vaeWith({ hidden: [512, 256], seed: 2 }));
  const losses = VAE_LOSSES.elbo(vae);
  const variables = trainableVariables(vae.networks);
  const eager = async (backend: "cpu" | "tensorflow") => {
    await useBackend(backend);
    const { gradients } = lossGradients(variables, () => losses(tensorsOf(inputs)));
    const entries = Object.entries(gradients).map(async ([name, gradient]) =>
      [name, await gradient.data() as Float32Array] as const
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  const native = await eager("tensorflow");
  assertEquals(Object.keys(native).length, 14);
  const others = {
    tfjs: await eager("cpu"),
    onnx: await recordedGradients(losses, variables, inputs),
  };
  for (const [other, gradients] of Object.entries(others)) {
    assertEquals(Object.keys(gradients).sort(), Object.keys(native).sort());
    for (const [name, gradient] of Object.entries(gradients)) {
      const error = relativeError(native[name], gradient);
      assert(error <= 1e-5, `gradient of ${name} is off ${other}'s by ${error} of its norm`);
    }
  }
});

Deno.test("an evaluation on the native engine is the recorded one's", async () => {
  const { feed, batchSize, build } = vaeCase("elbo", { images: blobs(130) });
  const evaluate = async (name: EngineName) => {
    const { step, losses } = build();
    const engine = await ENGINES[name](step, feed, { batchSize, seed: 0, threads: 1 });
    const found = await engine.evaluate(losses!, feed);
    await engine.dispose();
    return found;
  };
  const native = await evaluate("tfjs-node-gpu");
  const recorded = await evaluate("onnx");
  for (const name of ["loss", "reconstructionLoss", "klLoss"] as const) {
    assertAlmostEquals(native[name], recorded[name], 1e-5 * recorded[name]);
  }
});

Deno.test("1,000 native steps leave no tensor behind, and memory as it was", async () => {
  const stepCase = vaeCase("elbo", { images: blobs(500), batchSize: 128 });
  const chunk = chunkOf(stepCase, [0, 250]);
  const { step } = stepCase.build();
  const engine = await ENGINES["tfjs-node-gpu"](step, stepCase.feed, {
    batchSize: 128,
    seed: 0,
    threads: 1,
  });
  const held = () => ({
    tensors: tf.memory().numTensors,
    native: nativeBinding().getNumOfTensors(),
  });
  await engine.run(chunk);
  const [before, megabytes] = [held(), residentMegabytes()];
  for (let i = 0; i < 4; i++) await engine.run(chunk);
  assertEquals(held(), before);
  const grown = residentMegabytes() - megabytes;
  // A batch takes 32 kB: one that stayed every step would be 31 MB.
  assert(grown < 8, `the process grew by ${grown.toFixed(1)} MB`);
  await engine.dispose();
});

/** The memory of this process without what JavaScript would free. */
function residentMegabytes(): number {
  collectGarbage();
  return Deno.memoryUsage().rss / 2 ** 20;
}

function tensorsOf(inputs: Readonly<Record<string, NdArray<"float32">>>): Batch {
  const tensors = Object.entries(inputs).map(([name, { data, shape }]) => [
    name,
    tf.tensor(data, [...shape]),
  ]);
  return Object.fromEntries(tensors);
}
