import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { hasFreeBatch, recordFreeBatch, specsAt } from "../../../train/export/free_batch.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("specsAt() fills in the batch; hasFreeBatch() says whether there is one", () => {
  const inputs = { x: { shape: [null, 3] }, y: { shape: [2], dtype: "int32" } } as const;
  assertEquals(specsAt(inputs, 7), { x: { shape: [7, 3] }, y: { shape: [2], dtype: "int32" } });
  assertEquals([hasFreeBatch(inputs), hasFreeBatch({ y: inputs.y })], [true, false]);
});

Deno.test("recordFreeBatch() gives a graph of any batch size, also where the size is used", async () => {
  const weights = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const graph = recordFreeBatch(({ x }) => ({
    y: tf.matMul(x as tf.Tensor2D, weights),
    mean: tf.div(tf.sum(x), x.shape[0]),
    rows: tf.reshape(x, [x.shape[0] * 2]),
  }), { inputs: { x: { shape: [null, 2] } }, parameters: { weights } });
  assertEquals(graph.inputs[0].shape, ["batch", 2]);
  assertEquals([...graph.initializers.keys()].includes("weights"), true);
  const session = await createSession({ graph, opset: 17 }, { threads: 1 });
  for (const batch of [1, 4]) {
    const x = ndarray("float32", [batch, 2], new Float32Array(batch * 2).fill(1));
    const { y, mean, rows } = await session.run({ x });
    assertEquals([y.shape, rows.shape], [[batch, 2], [batch * 2]]);
    assertEquals([[...y.data].slice(0, 2), [...mean.data]], [[4, 6], [2]]);
  }
  await session.release();
  weights.dispose();
});

Deno.test("recordFreeBatch() throws for a tensor that is no parameter", () => {
  const noise = tf.tensor2d(Float32Array.from({ length: 10_000 }, (_, i) => i % 7), [100, 100]);
  assertThrows(
    () =>
      recordFreeBatch(({ x }) => ({ y: tf.add(x, noise) }), {
        inputs: { x: { shape: [100, 100] } },
      }),
    Error,
    "no declared input",
  );
  noise.dispose();
});
