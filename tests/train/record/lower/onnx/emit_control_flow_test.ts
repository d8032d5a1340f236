import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../../lib/array/ndarray.ts";
import type { Graph } from "../../../../../lib/onnx/mod.ts";
import { createSession } from "../../../../../lib/runtime/mod.ts";
import { emitGraph, record, type Recording } from "../../../../../train/record/mod.ts";
import { recordedTensor } from "../../../../../train/record/register.ts";
import { tensorOf } from "../../../../../train/record/record.ts";
import { recordIf, recordLoop } from "../../../../../train/record/recording/control_flow.ts";
import { useBackend } from "../../../../../train/tfjs/backends.ts";

await useBackend("cpu");

type Fn = (x: tf.Tensor) => tf.Tensor;

const inner = (fn: Fn, { shape }: tf.Tensor): Recording =>
  record(({ in_0 }) => ({ out_0: fn(in_0) }), { in_0: { shape } });

/** Doubles while the sum is below 100, and takes a root or not. */
const doubled: Fn = (x) => {
  const loop = {
    condition: inner((v) => tf.less(tf.sum(v), 100), x),
    body: inner((v) => tf.mul(v, 2), x),
  };
  return tensorOf(recordLoop([recordedTensor(x)], loop)[0]);
};

const rooted: Fn = (x) => {
  const branches = { then: inner((v) => tf.sqrt(v), x), else: inner((v) => v, x) };
  const isLarge = recordedTensor(tf.greater(tf.max(x), 50));
  return tensorOf(recordIf(isLarge, [recordedTensor(x)], branches)[0]);
};

const at = (fn: Fn, count: number) =>
  record(({ x }) => ({ y: fn(x) }), { x: { shape: [count, 2] } });

async function run(graph: Graph, ...rows: number[]): Promise<number[]> {
  const session = await createSession({ graph, opset: 17 });
  const x = ndarray("float32", [rows.length / 2, 2], Float32Array.from(rows));
  const { y } = await session.run({ x });
  await session.release();
  return Array.from(y.data, Number);
}

Deno.test("emitGraph() writes a Loop and an If that fit any batch size", async () => {
  const fn: Fn = (x) => rooted(doubled(tf.add(x, 1)));
  const graph = emitGraph(at(fn, 3), { others: [at(fn, 5)] });
  assertEquals(graph.inputs[0].shape, ["batch", 2]);
  // [1, 24] doubles to [4, 96]; a root is drawn of what is above 50.
  assertEquals(await run(graph, 0, 23), [2, Math.fround(Math.sqrt(96))]);
  // [25, 25, 25, 25] is 100 already, and no number is above 50.
  assertEquals(await run(graph, 24, 24, 24, 24), [25, 25, 25, 25]);
});

Deno.test("emitGraph() keeps the names of several loops and branches apart", async () => {
  const fn: Fn = (x) => tf.add(rooted(doubled(x)), rooted(doubled(tf.mul(x, 3))));
  const values = await run(emitGraph(at(fn, 1)), 1, 1);
  // 1 -> 64 -> 8; 3 -> 96 -> its root
  assertEquals(values, Array(2).fill(Math.fround(8 + Math.fround(Math.sqrt(96)))));
});

Deno.test("emitGraph() says that a size inside of a loop follows from none of its values", () => {
  const fn: Fn = (x) => {
    const [count] = x.shape;
    const total = tf.sum(x);
    const grown = (v: tf.Tensor) => tf.add(v, count);
    const loop = { condition: inner((v) => tf.less(v, 100), total), body: inner(grown, total) };
    return tensorOf(recordLoop([recordedTensor(total)], loop)[0]);
  };
  assertThrows(
    () => emitGraph(at(fn, 3), { others: [at(fn, 5)] }),
    RangeError,
    "Cannot free a size: no input differs",
  );
});
