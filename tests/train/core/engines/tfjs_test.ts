import { assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ENGINES } from "../../../../train/core/engines/mod.ts";
import { chunks } from "../../../../train/core/feed.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { tinyTraining, valuesOf } from "../tiny_training.ts";

await useBackend("cpu");

const OPTIONS = { batchSize: 10, seed: 1 };

Deno.test("the tfjs engine leaves no tensor behind, in steps and in evaluations", async () => {
  const { step, losses, feed, dispose } = tinyTraining();
  const before = tf.memory().numTensors;
  const engine = await ENGINES.tfjs(step, feed, OPTIONS);
  for (const chunk of chunks(feed, { ...OPTIONS, epoch: 1 })) await engine.run(chunk);
  await engine.evaluate(losses, feed);
  await engine.dispose();
  assertEquals(tf.memory().numTensors, before);
  dispose();
});

Deno.test("the tfjs engine drops by the seed, and gives Math.random() back", async () => {
  const { random } = Math;
  const run = async (seed: number) => {
    const { step, feed, variables, dispose } = tinyTraining({ dropout: 0.5 });
    const engine = await ENGINES.tfjs(step, feed, { ...OPTIONS, seed });
    for (const chunk of chunks(feed, { ...OPTIONS, epoch: 1, size: () => 2 })) {
      await engine.run(chunk);
    }
    const values = await valuesOf(variables);
    dispose();
    return values;
  };
  const first = await run(1);
  assertEquals(await run(1), first);
  assertNotEquals(await run(2), first);
  assertEquals(Math.random, random);
});
