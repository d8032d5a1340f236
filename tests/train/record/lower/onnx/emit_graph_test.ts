import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../../train/tfjs/backends.ts";
import { emitGraph, record } from "../../../../../train/record/mod.ts";

await useBackend("cpu");

Deno.test("emitGraph() throws if data read while recording would be frozen, naming the kernel", () => {
  const data = Float32Array.from({ length: 400 }, (_, i) => i);
  const recording = record(
    ({ x }) => ({ y: tf.mul(x, tf.tensor(data, [20, 20])) }),
    { x: { shape: [20, 20] } },
  );
  assertThrows(
    () => emitGraph(recording, { name: "step" }),
    Error,
    'Cannot write graph "step": kernel "Multiply" reads a constant float32[20,20] of 1600 bytes that is no declared input',
  );
});

Deno.test("emitGraph() writes a large constant of one value as that value", () => {
  const recording = record(
    ({ x }) => ({ y: tf.add(x, tf.ones([20, 20])) }),
    { x: { shape: [20, 20] } },
  );
  const sizes = [...emitGraph(recording).initializers.values()].map(({ data }) => data.length);
  assertEquals(Math.max(...sizes) <= 2, true);
});

Deno.test("emitGraph() stores a declared parameter under its name", () => {
  const weight = tf.variable(tf.reshape(tf.range(0, 400), [4, 100]), true, "trace_test/weight");
  const recording = record(
    ({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, weight as unknown as tf.Tensor2D) }),
    { x: { shape: [1, 4] } },
    { parameters: { "trace_test/weight": weight } },
  );
  const stored = emitGraph(recording).initializers.get("trace_test/weight");
  assertEquals(stored?.data, Float32Array.from({ length: 400 }, (_, i) => i));
  // Its data is that of the range, which had another shape.
  assertEquals(stored?.shape, [4, 100]);
  weight.dispose();
});
