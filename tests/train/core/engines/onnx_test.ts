import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { ENGINES } from "../../../../train/core/engines/mod.ts";
import { chunks, type Feed } from "../../../../train/core/feed.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { tinyTraining, valuesOf } from "../tiny_training.ts";

await useBackend("cpu");

const OPTIONS = { batchSize: 10, seed: 1, threads: 1 };

/** Trains two epochs on the engine onnx; the values of the variables after them. */
async function trained(
  { step, feed, variables, dispose }: ReturnType<typeof tinyTraining>,
  { threads = 1, size }: { threads?: number; size: number },
) {
  const options = { ...OPTIONS, threads };
  const engine = await ENGINES.onnx(step, feed, options);
  for (const epoch of [1, 2]) {
    for (const chunk of chunks(feed, { ...options, epoch, size: () => size })) {
      await engine.run(chunk);
    }
  }
  await engine.sync();
  await engine.dispose();
  const values = await valuesOf(variables);
  dispose();
  return values;
}

Deno.test("the onnx engine ends in the same bytes however steps are cut into chunks", async () => {
  const run = (size: number) => trained(tinyTraining({ dropout: 0.5 }), { size });
  const whole = await run(5);
  assertEquals(await run(2), whole);
  assertEquals(await run(1), whole);
});

Deno.test("the onnx engine ends in the same bytes whether threads spin or sleep, tried or chosen", async () => {
  const run = (threads: number) => trained(tinyTraining(), { threads, size: 1 });
  const oneThread = await run(1);
  // The first tries both ways, and the second takes what that has found.
  assertEquals(await run(2), oneThread);
  assertEquals(await run(2), oneThread);
});

/** Feeds ones; the step's loss tells the masks of dropout apart. */
const ONES: Feed = { examples: { x: ndarray("float32", [8, 40], new Float32Array(320).fill(1)) } };

Deno.test("the onnx engine draws by the epoch: alike in the same one, not in another", async () => {
  const sink = tf.variable(tf.scalar(0));
  const engine = await ENGINES.onnx(
    ({ x }) => {
      sink.assign(tf.add(sink, 1));
      const kept = tf.cast(tf.notEqual(tf.dropout(x, 0.5), 0), "float32");
      return { kept: tf.sum(tf.mul(kept, tf.pow(1.3, tf.range(0, 40)))) as tf.Scalar };
    },
    ONES,
    { batchSize: 4, seed: 0, threads: 1 },
  );
  const epochs: Float32Array[] = [];
  for (const epoch of [1, 2, 1]) {
    const [chunk] = chunks(ONES, { epoch, batchSize: 4, seed: 0 });
    epochs.push((await engine.run(chunk)).kept);
  }
  await engine.dispose();
  sink.dispose();
  assertEquals(epochs[2], epochs[0]);
  assertNotEquals(epochs[1], epochs[0]);
  assertNotEquals(epochs[0][0], epochs[0][1]);
});

Deno.test("the onnx engine evaluates with the variables as its steps left them", async () => {
  const { step, losses, feed, dispose } = tinyTraining();
  const engine = await ENGINES.onnx(step, feed, OPTIONS);
  const before = await engine.evaluate(losses, feed);
  assertEquals(await engine.evaluate(losses, feed), before);
  for (const chunk of chunks(feed, { ...OPTIONS, epoch: 1 })) await engine.run(chunk);
  const after = await engine.evaluate(losses, feed);
  assert(after.loss < before.loss);
  await assertRejects(
    () => engine.evaluate(step, feed),
    InputError,
    "Cannot validate: the losses change variable",
  );
  await engine.dispose();
  dispose();
});
