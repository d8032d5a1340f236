import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { InputError } from "../../../../lib/input_error.ts";
import type { EpochLog } from "../../../../train/core/callbacks.ts";
import type { EngineName } from "../../../../train/core/engines/mod.ts";
import { examplesOf } from "../../../../train/core/feed.ts";
import { train, type TrainOptions } from "../../../../train/core/loop/train.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { tinyTraining, valuesOf } from "../tiny_training.ts";

await useBackend("cpu");

const ENGINES_HERE: readonly EngineName[] = ["onnx", "tfjs"];

async function trainTiny(options: TrainOptions) {
  const { step, losses, feed, variables, dispose } = tinyTraining();
  const validation = { feed, losses };
  const logs = await train(step, feed, { batchSize: 8, threads: 1, validation, ...options });
  const values = await valuesOf(variables);
  dispose();
  return { logs: logs.map(({ imagesPerSecond: _, ...log }) => log), values };
}

Deno.test("train() gives one row per epoch: losses, validation and learning rate", async () => {
  const { logs } = await trainTiny({ epochs: 3, epochsBefore: 2, phase: "second" });
  assertEquals(Object.keys(logs[0]), [
    "epoch",
    "phase",
    "loss",
    "activity",
    "learningRate",
    "valLoss",
    "valActivity",
  ]);
  assertEquals(logs.map(({ epoch, phase }) => [epoch, phase]), [3, 4, 5].map((e) => [e, "second"]));
  assertAlmostEquals(Number(logs[1].learningRate), 0.05 / 1.6, 1e-12);
  assert(logs[2].loss < logs[0].loss);
});

Deno.test("train() agrees on every engine up to rounding", async () => {
  const [recorded, eager] = [
    await trainTiny({ epochs: 2, engine: "onnx" }),
    await trainTiny({ epochs: 2, engine: "tfjs" }),
  ];
  recorded.logs.forEach((log, i) => {
    for (const [name, value] of Object.entries(log)) {
      if (typeof value === "number") assertAlmostEquals(value, Number(eager.logs[i][name]), 1e-5);
    }
  });
  for (const [name, values] of Object.entries(recorded.values)) {
    values.forEach((value, i) => assertAlmostEquals(value, eager.values[name][i], 1e-5));
  }
});

Deno.test("train() tells scalars of the epochs before, also of those before it was resumed", async () => {
  const { step, feed, losses, dispose } = tinyTraining();
  const seen: unknown[] = [];
  const learningRate = (_step: number, history: readonly EpochLog[]) => {
    seen.push(history.map(({ valLoss }) => valLoss));
    return 0.01 / (1 + history.length);
  };
  const given = { ...feed, scalars: { ...feed.scalars, learningRate } };
  const options = { batchSize: 25, threads: 1, validation: { feed, losses } };
  const first = await train(step, given, { ...options, epochs: 2 });
  seen.length = 0;
  const logs = await train(step, given, { ...options, epochs: 3, resume: first });
  dispose();
  assertEquals(logs.map(({ learningRate }) => learningRate), [0.01, 0.005, 0.01 / 3]);
  for (const losses of seen) assertEquals(losses, first.map(({ valLoss }) => valLoss));
});

for (const engine of ENGINES_HERE) {
  Deno.test(`train() gives the same bytes for the same seed, others for another (${engine})`, async () => {
    const first = await trainTiny({ epochs: 2, engine, seed: 3 });
    assertEquals(await trainTiny({ epochs: 2, engine, seed: 3 }), first);
    const other = await trainTiny({ epochs: 2, engine, seed: 4 });
    assert(other.logs[1].loss !== first.logs[1].loss);
  });

  Deno.test(`train() ends when a callback gives false, and all hear of the epoch (${engine})`, async () => {
    const heard: string[] = [];
    const { logs } = await trainTiny({
      engine,
      epochs: 5,
      callbacks: [
        ({ epoch }) => {
          heard.push(`first ${epoch}`);
          return epoch < 2;
        },
        ({ epoch }) => void heard.push(`second ${epoch}`),
      ],
    });
    assertEquals(logs.length, 2);
    assertEquals(heard, ["first 1", "second 1", "first 2", "second 2"]);
  });

  Deno.test(`train() throws if a loss is no longer finite (${engine})`, async () => {
    const { step, feed, dispose } = tinyTraining();
    const options = { batchSize: 8, engine, threads: 1 };
    const wild = { ...feed, scalars: { learningRate: () => Number.MAX_VALUE } };
    await assertRejects(() => train(step, wild, options), InputError, "Cannot go on training: ");
    dispose();
  });
}

Deno.test("train() lets timers run between chunks", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await trainTiny({ epochs: 8 });
  clearInterval(timer);
  assert(turns > 3, `${turns} turns`);
});

Deno.test("train() throws if there are fewer examples than a batch holds", async () => {
  const { step, feed, dispose } = tinyTraining();
  await assertRejects(
    () => train(step, feed, { batchSize: 51 }),
    InputError,
    "there are 50 examples, a batch of 51",
  );
  const examples = {
    x: ndarray("int32", [2], new Int32Array(2)),
    y: ndarray("int32", [3], new Int32Array(3)),
  };
  await assertRejects(() => train(step, { examples }), InputError, '"x" has 2 rows and "y" 3');
  dispose();
});

Deno.test("train() asks for the examples of each epoch once", async () => {
  const { step, feed, dispose } = tinyTraining();
  const asked: number[] = [];
  const examples = (epoch: number) => {
    asked.push(epoch);
    return examplesOf(feed, epoch);
  };
  const options = { epochs: 3, epochsBefore: 2, batchSize: 8, threads: 1 };
  await train(step, { ...feed, examples }, options);
  assertEquals(asked, [3, 4, 5]);
  dispose();
});
