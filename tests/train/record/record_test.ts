import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { emitGraph, record } from "../../../train/record/mod.ts";

await useBackend("cpu");

Deno.test("record() throws if the function uses a kernel without a rule, naming what it was given", () => {
  assertThrows(
    () => record(({ x }) => ({ y: tf.complex(x, x) }), { x: { shape: [2, 3] } }),
    Error,
    'Cannot record kernel "Complex" for real: float32[2,3], imag: float32[2,3] with {}: ' +
      "it has no ONNX rule, add one to a table in train/record/kernels/",
  );
});

Deno.test("record() throws if the function reads a value, naming the kernel that made it", () => {
  assertThrows(
    () => {
      record(({ x }) => {
        const y = tf.square(x);
        y.dataSync();
        return { y };
      }, { x: { shape: [2] } });
    },
    Error,
    'float32[2] is computed by kernel "Square"',
  );
});

Deno.test("data() of a recorded tensor rejects", async () => {
  let read: Promise<unknown> | undefined;
  record(({ x }) => {
    read = x.data();
    return { x: tf.neg(x) };
  }, { x: { shape: [2] } });
  await assertRejects(() => read!, Error, 'float32[2] is input "x"');
});

Deno.test("record() leaves the active backend and the tensors as they were", () => {
  const before = tf.memory().numTensors;
  record(({ x }) => ({ y: tf.add(tf.mul(x, 2), 1) }), { x: { shape: [2] } });
  assertEquals(tf.getBackend(), "cpu");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("record() knows captured tensors by their own shape where they share data", async () => {
  const row = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]);
  const square = tf.reshape(row, [4, 2]) as tf.Tensor2D;
  const recording = record(
    ({ x }) => ({ y: tf.add(tf.matMul(x as tf.Tensor2D, square), tf.sum(row)) }),
    { x: { shape: [1, 4] } },
  );
  const session = await createSession({ graph: emitGraph(recording), opset: 17 });
  const x = ndarray("float32", [1, 4], Float32Array.of(0, 1, 2, 3));
  assertEquals([...(await session.run({ x })).y.data], [70, 76]);
  await session.release();
});
