import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ENGINES } from "../../train/core/engines/mod.ts";
import { chunks } from "../../train/core/feed.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { collectGarbage } from "../collect_garbage.ts";
import { tinyTraining } from "../train/core/tiny_training.ts";

await useBackend("cpu");

Deno.test("the native engine frees what it takes: 10,000 steps and 20 engines do not grow memory", async () => {
  const { step, feed, dispose } = tinyTraining();
  const options = { batchSize: 10, seed: 1, threads: 2 };
  const tensors = tf.memory().numTensors;
  const use = async (epochs: number) => {
    const engine = await ENGINES.native(step, feed, options);
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const chunk of chunks(feed, { ...options, epoch })) await engine.run(chunk);
    }
    await engine.dispose();
    collectGarbage();
    return Deno.memoryUsage().rss;
  };
  for (let i = 0; i < 10; i++) await use(1);
  const before = await use(1);
  for (let i = 0; i < 10; i++) await use(1);
  const after = await use(2000);
  assertEquals(tf.memory().numTensors, tensors);
  assert(after - before < 64 * 2 ** 20, `grew by ${after - before} bytes`);
  dispose();
});
