import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../../lib/array/ndarray.ts";
import { type Graph } from "../../../../../lib/onnx/mod.ts";
import { createSession } from "../../../../../lib/runtime/mod.ts";
import { useBackend } from "../../../../../train/tfjs/backends.ts";
import { emitGraph, type InputSpec, record } from "../../../../../train/record/mod.ts";

await useBackend("cpu");

type Fn = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

/** Records a function of `[batch, 4]` for any batch size. */
function freeBatch(fn: Fn): Graph {
  const spec = (batch: number): Record<string, InputSpec> => ({ x: { shape: [batch, 4] } });
  return emitGraph(record(fn, spec(7)), { others: [record(fn, spec(11))] });
}

async function run(graph: Graph, rows: number) {
  const session = await createSession({ graph, opset: 17 });
  const x = ndarray("float32", [rows, 4], Float32Array.from({ length: 4 * rows }, (_, i) => i));
  const { y } = await session.run({ x });
  await session.release();
  return y;
}

Deno.test("emitGraph() with another batch size frees the batch size of a reshape", async () => {
  const graph = freeBatch(({ x }) => ({ y: tf.reshape(x, [x.shape[0] * 2, 2]) }));
  assertEquals(graph.inputs[0].shape, ["batch", 4]);
  assertEquals(graph.outputs[0].shape, ["2*batch", 2]);
  for (const rows of [1, 3, 257]) assertEquals((await run(graph, rows)).shape, [2 * rows, 2]);
});

Deno.test("emitGraph() with another batch size computes sizes that no reshape can leave open", async () => {
  const graph = freeBatch(({ x }) => ({
    y: tf.concat([x, tf.fill([x.shape[0], 1], 3), tf.zeros([x.shape[0], 300])], 1),
  }));
  const { shape, data } = await run(graph, 5);
  assertEquals(shape, [5, 305]);
  assertEquals([data[4], data[305 + 4], data[305 + 5]], [3, 3, 0]);
});

Deno.test("emitGraph() with another batch size follows numbers and repeated rows", async () => {
  const graph = freeBatch(({ x }) => {
    const [batch] = x.shape;
    const rows = tf.tensor2d(Array.from({ length: batch }, () => [1, 2, 3, 4]));
    const count = tf.scalar(2 * batch + 1, "int32");
    return { y: tf.add(tf.mul(rows, batch), tf.cast(count, "float32")) };
  });
  for (const rows of [1, 5]) {
    const { shape, data } = await run(graph, rows);
    assertEquals(shape, [rows, 4]);
    const row = [1, 2, 3, 4].map((value) => value * rows + 2 * rows + 1);
    assertEquals([...data], Array.from({ length: rows }, () => row).flat());
  }
});

Deno.test("emitGraph() throws if a value depends on the batch size in another way", () => {
  assertThrows(
    () => freeBatch(({ x }) => ({ y: tf.mul(x, 1 / x.shape[0]) })),
    Error,
    'kernel "Multiply" has 0.1428571492433548, 0.09090909361839294 at batch 7, 11, which is not linear, give it a number',
  );
  assertThrows(
    () => freeBatch(({ x }) => ({ y: tf.mul(x, tf.tensor1d([0, 1, 2, Math.sqrt(x.shape[0])])) })),
    Error,
    "which is not linear",
  );
});

Deno.test("emitGraph() throws if the batch size decides what is computed", () => {
  assertThrows(
    () => freeBatch(({ x }) => ({ y: x.shape[0] > 8 ? tf.neg(tf.neg(x)) : tf.neg(x) })),
    Error,
    "it records 1 operations with one size and 2 with another",
  );
  assertThrows(
    () => freeBatch(({ x }) => ({ y: tf.exp(x.shape[0] > 8 ? tf.neg(x) : tf.abs(x)) })),
    Error,
    "operation 0 is Abs with one size and Neg with another",
  );
});
