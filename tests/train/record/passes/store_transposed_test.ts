import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

await useBackend("cpu");

type Fn = (x: tf.Tensor, weight: tf.Tensor) => tf.Tensor;

/** The graph of a function of x and a weight, which must give what TensorFlow.js gives. */
async function graphOf(fn: Fn, { x, weight }: { x: number[]; weight: number[] }) {
  const [given, kernel] = [x, weight].map((shape, i) => tf.randomNormal(shape, 0, 1, "float32", i));
  const expected = fn(given, kernel);
  const data = await given.data() as Float32Array;
  const values = await expected.data();
  const recording = record(({ x }) => ({ y: fn(x, kernel) }), { x: { shape: x } }, {
    parameters: { weight: kernel },
  });
  const graph = emitGraph(recording);
  const session = await createSession({ graph, opset: 17 });
  const { y } = await session.run({ x: ndarray("float32", x, data) });
  await session.release();
  values.forEach((value, i) => assert(Math.abs(Number(y.data[i]) - value) < 1e-4));
  tf.dispose([given, kernel, expected]);
  const reads = graph.nodes.filter(({ inputs }) => inputs.includes("weight"));
  return { shape: graph.initializers.get("weight")!.shape, by: reads.map((node) => node.opType) };
}

Deno.test("storeTransposed() keeps kernels as convolutions read them", async () => {
  const conv: Fn = (x, weight) => tf.conv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 1, "same");
  assertEquals(await graphOf(conv, { x: [1, 5, 5, 2], weight: [3, 4, 2, 6] }), {
    shape: [6, 2, 3, 4],
    by: ["Conv"],
  });
  const depthwise: Fn = (x, weight) =>
    tf.depthwiseConv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 1, "same");
  assertEquals(await graphOf(depthwise, { x: [1, 5, 5, 2], weight: [3, 4, 2, 1] }), {
    shape: [2, 1, 3, 4],
    by: ["Conv"],
  });
});

Deno.test("storeTransposed() leaves a weight that is read in several ways as it is", async () => {
  const both: Fn = (x, weight) =>
    tf.mul(tf.conv2d(x as tf.Tensor4D, weight as tf.Tensor4D, 1, "same"), tf.sum(weight));
  const { shape, by } = await graphOf(both, { x: [1, 5, 5, 2], weight: [3, 4, 2, 6] });
  assertEquals([shape, by.toSorted()], [[3, 4, 2, 6], ["ReduceSum", "Transpose"]]);
});
