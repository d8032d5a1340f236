import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { loadImages, toFloat32 } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import type { Chunk } from "../../train/core/engines/old/engine.ts";
import { type EngineName, ENGINES } from "../../train/core/engines/old/mod.ts";
import { trainableVariables } from "../../train/models/mod.ts";
import { buildVae } from "../../train/models/vae.ts";
import type { StepInputs } from "../../train/objectives/objective.ts";
import { elboObjective } from "../../train/objectives/elbo.ts";
import { adam } from "../../train/core/optimizers.ts";
import { nativeBinding } from "../../train/tfjs/node/register_backend.ts";
import { lossGradients } from "../../train/core/train_step.ts";
import {
  assertSameStep,
  BERNOULLI,
  blobs,
  curveError,
  drawChunk,
  recordedGradients,
  relativeError,
  rowTypes,
  runSteps,
  STEP_CASES,
  type StepCase,
} from "../train/core/step_case.ts";
import { take } from "../../lib/array/rows.ts";

// The first one here loads libtensorflow, and says what to run where there is none.
await useBackend("tensorflow");

/** The engines that the native one has to agree with. */
const OTHERS = ["tfjs", "onnx"] as const;

/** Takes a chunk of steps; the engine `tfjs` on TensorFlow.js's own `cpu` backend. */
async function stepsOn(engine: EngineName, stepCase: StepCase, chunk: Chunk) {
  await useBackend("cpu");
  return await runSteps(stepCase, engine, chunk);
}

for (const { about, stepCase } of STEP_CASES) {
  for (const other of OTHERS) {
    Deno.test(`one native step gives the losses and state of ${other} (${about})`, async () => {
      const chunk = drawChunk(stepCase, 1);
      const native = await stepsOn("tfjs-node-gpu", stepCase, chunk);
      assertEquals(tf.getBackend(), "tensorflow");
      const expected = await stepsOn(other, stepCase, chunk);
      assertSameStep(native, expected);
    });
  }

  Deno.test(`100 native steps follow the loss curves of the others (${about})`, async () => {
    const chunk = drawChunk(stepCase, 100);
    const { loss } = (await stepsOn("tfjs-node-gpu", stepCase, chunk)).losses;
    for (const other of OTHERS) {
      const expected = (await stepsOn(other, stepCase, chunk)).losses.loss;
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
  const model = buildVae([28, 28, 1], { seed: 2 });
  const objective = elboObjective(model);
  const eager = async (backend: "cpu" | "tensorflow") => {
    await useBackend(backend);
    const { gradients } = lossGradients(model, objective, tensorsOf(inputs));
    const entries = Object.entries(gradients).map(async ([name, gradient]) =>
      [name, await gradient.data() as Float32Array] as const
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  const native = await eager("tensorflow");
  assertEquals(Object.keys(native).length, 14);
  const others = {
    tfjs: await eager("cpu"),
    onnx: await recordedGradients(model, objective, inputs),
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
  const stepCase: StepCase = { images: blobs(530), batchSize: 16, options: BERNOULLI };
  const { rows } = drawChunk(stepCase, 1);
  const epsilon = new Random(8).normals(530 * 2);
  const evaluate = async (name: EngineName) => {
    const model = buildVae([8, 8, 1], BERNOULLI);
    const engine = await ENGINES[name]({
      model,
      objective: elboObjective(model),
      optimizer: adam(trainableVariables(model)),
      batchSize: 16,
      rowTypes: rowTypes(rows),
      threads: 1,
    });
    const losses = await engine.evaluate(rows.images, epsilon);
    await engine.dispose();
    return losses;
  };
  const native = await evaluate("tfjs-node-gpu");
  const recorded = await evaluate("onnx");
  for (const name of ["loss", "reconstructionLoss", "klLoss"] as const) {
    assertAlmostEquals(native[name], recorded[name], 1e-5 * recorded[name]);
  }
});

Deno.test("1,000 native steps leave no tensor behind, and memory as it was", async () => {
  const stepCase: StepCase = { images: blobs(500), batchSize: 128, options: BERNOULLI };
  const model = buildVae([8, 8, 1], BERNOULLI);
  const chunk = drawChunk(stepCase, 250);
  const engine = await ENGINES["tfjs-node-gpu"]({
    model,
    objective: elboObjective(model),
    optimizer: adam(trainableVariables(model)),
    batchSize: 128,
    rowTypes: rowTypes(chunk.rows),
    threads: 1,
  });
  const held = () => ({
    tensors: tf.memory().numTensors,
    native: nativeBinding().getNumOfTensors(),
  });
  await engine.train(chunk);
  const [before, megabytes] = [held(), residentMegabytes()];
  for (let i = 0; i < 4; i++) await engine.train(chunk);
  assertEquals(held(), before);
  const grown = residentMegabytes() - megabytes;
  // A batch takes 32 kB: one that stayed every step would be 31 MB.
  assert(grown < 8, `the process grew by ${grown.toFixed(1)} MB`);
  await engine.dispose();
});

/** The memory of this process without what JavaScript would free; the task's flag allows to ask. */
function residentMegabytes(): number {
  (globalThis as typeof globalThis & { gc(): void }).gc();
  return Deno.memoryUsage().rss / 2 ** 20;
}

function tensorsOf(inputs: Readonly<Record<string, NdArray<"float32">>>): StepInputs {
  const tensors = Object.entries(inputs).map(([name, { data, shape }]) => [
    name,
    tf.tensor(data, [...shape]),
  ]);
  return Object.fromEntries(tensors);
}
