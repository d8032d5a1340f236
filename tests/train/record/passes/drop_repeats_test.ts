import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { type Graph } from "../../../../lib/onnx/mod.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { Random } from "../../../../lib/array/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";

await useBackend("cpu");

type Fn = (x: tf.Tensor) => tf.Tensor;

function graphOf(fn: Fn): Graph {
  return emitGraph(record(({ x }) => ({ y: fn(x) }), { x: { shape: [4, 5, 6] } }));
}

/** The operators of a function's graph, which gives what TensorFlow.js gives. */
async function operators(fn: Fn): Promise<string[]> {
  const graph = graphOf(fn);
  const data = new Random(3, "repeats").normals(120);
  const session = await createSession({ graph, opset: 17 });
  const { y } = await session.run({ x: ndarray("float32", [4, 5, 6], data) });
  await session.release();
  const expected = fn(tf.tensor(data, [4, 5, 6]));
  assertEquals(y.shape, expected.shape);
  expected.dataSync().forEach((value, i) => {
    assert(
      Math.abs(Number(y.data[i]) - value) <= 1e-5,
      `element ${i} is ${y.data[i]}, not ${value}`,
    );
  });
  return graph.nodes.map(({ opType }) => opType);
}

Deno.test("dropRepeats() lets an operator broadcast what was repeated for it", async () => {
  const tiled: Fn = (x) => tf.mul(x, tf.tile(tf.slice(x, [0, 0, 0], [1, 1, 6]), [4, 5, 1]));
  assertEquals(await operators(tiled), ["Slice", "Mul"]);
  const filled: Fn = (x) => tf.add(x, tf.exp(tf.fill([4, 5, 6], 0.5)));
  assert(!(await operators(filled)).includes("Expand"));
  const ones: Fn = (x) => tf.mul(tf.mul(tf.mean(x, 1, true), tf.ones([4, 5, 6])), x);
  assertEquals(await operators(ones), ["ReduceMean", "Mul", "Mul"]);
});

Deno.test("dropRepeats() repeats what nothing else makes as large", async () => {
  const mean: Fn = (x) => tf.mul(tf.neg(tf.mean(x, 1, true)), tf.ones([4, 5, 6]));
  assertEquals(await operators(mean), ["ReduceMean", "Mul", "Expand"]);
  const joined: Fn = (x) => tf.concat([x, tf.tile(tf.mean(x, 0, true), [4, 1, 1])], 0);
  assertEquals(await operators(joined), ["ReduceMean", "Expand", "Concat"]);
});

Deno.test("dropRepeats() leaves a tile alone that repeats more than one element", async () => {
  const tiled: Fn = (x) => tf.mul(x, tf.tile(tf.slice(x, [0, 0, 0], [2, 5, 6]), [2, 1, 1]));
  assertEquals(await operators(tiled), ["Slice", "Tile", "Mul"]);
});

Deno.test("dropRepeats() keeps the gradient of a mean small until it is used", async () => {
  const gradient: Fn = (x) =>
    tf.grad((x) => tf.sum(tf.square(tf.sub(x, tf.mean(x, [0, 1], true)))))(x);
  const made = await operators(gradient);
  assert(!made.includes("Expand") && !made.includes("Tile"), made.join());
});
