import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { labelImages, splitImages } from "../../../lib/data/mod.ts";
import { encodeModel } from "../../../lib/onnx/mod.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { exportModel } from "../../../train/export/export.ts";
import { type EpochLog, fit, type FitOptions, type Progress } from "../../../train/core/fit.ts";
import { buildVae } from "../../../train/models/vae.ts";
import { SCHEDULES, warmedUpBeta } from "../../../train/core/schedules.ts";
import { blobs } from "./step_case.ts";

await useBackend("cpu");

const images = blobs(400);
const small = { hidden: [32], seed: 1 };

async function train(options: FitOptions) {
  const model = buildVae([8, 8, 1], small);
  const history = await fit(model, images, { batchSize: 50, epochs: 3, ...options });
  return { model, history };
}

async function encoderBytes(options: FitOptions): Promise<Uint8Array> {
  const { model } = await train(options);
  return encodeModel((await exportModel(model, { images })).encoder);
}

Deno.test("fit() lowers the loss, and logs every epoch", async () => {
  const { kept, heldOut } = splitImages(images, { heldOut: 0.2, seed: 0 });
  const logs: EpochLog[] = [];
  const progress: Progress[] = [];
  const history = await fit(buildVae([8, 8, 1], small), kept, {
    epochs: 4,
    batchSize: 32,
    validation: heldOut,
    onEpochEnd: (log) => logs.push(log),
    onProgress: (state) => progress.push(state),
  });
  assertEquals(history.epochs, logs);
  assertEquals(logs.map(({ epoch }) => epoch), [1, 2, 3, 4]);
  assert(logs[3].loss < logs[0].loss);
  assert(logs[3].valLoss! < logs[0].valLoss!);
  for (const { loss, reconstructionLoss, klLoss } of logs) {
    assertAlmostEquals(loss, reconstructionLoss + klLoss, 1e-4);
  }
  assertEquals(progress.at(-1)?.step, 10);
  assertEquals(history.engine, "onnx (cpu)");
});

Deno.test("fit() gives byte-identical encoders for one seed, and others for another", async () => {
  const bytes = await encoderBytes({ seed: 5 });
  assertEquals(await encoderBytes({ seed: 5 }), bytes);
  assert((await encoderBytes({ seed: 6 })).some((byte, i) => byte !== bytes[i]));
});

Deno.test("fit() follows the same losses on both engines", async () => {
  const [recorded, eager] = [
    (await train({ engine: "onnx" })).history,
    (await train({ engine: "tfjs" })).history,
  ];
  recorded.epochs.forEach(({ loss }, i) =>
    assertAlmostEquals(loss, eager.epochs[i].loss, 5e-3 * eager.epochs[i].loss)
  );
});

Deno.test("fit() takes no labels: labelled images are no images to its types", async () => {
  const labelled = labelImages(images, new Int32Array(images.shape[0]));
  await assertRejects(
    // @ts-expect-error: labels cannot be handed to training, even by mistake
    () => fit(buildVae([8, 8, 1], small), labelled),
  );
});

Deno.test("fit() throws if there are fewer images than a batch", async () => {
  await assertRejects(
    () => train({ batchSize: 401 }),
    InputError,
    "Cannot train: there are 400 images, a batch of 401 needs at least as many",
  );
});

Deno.test("fit() throws if the loss is no number any more, naming the learning rate", async () => {
  await assertRejects(
    () => train({ learningRate: 1e30 }),
    InputError,
    "try a smaller learning rate than 1e+30",
  );
});

Deno.test("fit() stops early if the loss does not fall for `patience` epochs", async () => {
  // Without a learning rate to speak of nothing changes, so no epoch is better than the first.
  const { history } = await train({
    epochs: 10,
    patience: 2,
    learningRate: 1e-30,
    validation: images,
  });
  assertEquals(history.epochs.length, 3);
  assertEquals(history.stoppedEarly, true);
});

Deno.test("the cosine schedule starts at the rate and falls to a fiftieth", () => {
  const options = { steps: 100, learningRate: 2 };
  assertEquals(SCHEDULES.cosine(0, options), 2);
  assertAlmostEquals(SCHEDULES.cosine(50, options), 2 * 0.51, 1e-12);
  assertAlmostEquals(SCHEDULES.cosine(100, options), 0.04, 1e-12);
  assertEquals(SCHEDULES.constant(100, options), 2);
});

Deno.test("warmedUpBeta() rises in a line and then stays", () => {
  const options = { beta: 4, warmupSteps: 10 };
  assertEquals([0, 5, 10, 20].map((step) => warmedUpBeta(step, options)), [0, 2, 4, 4]);
  assertEquals(warmedUpBeta(0, { beta: 4, warmupSteps: 0 }), 4);
});
