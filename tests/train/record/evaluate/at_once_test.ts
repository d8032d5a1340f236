import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { randomNormal, record } from "../../../../train/record/mod.ts";

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test(name, async () => {
    await tf.setBackend("onnx");
    try {
      await fn();
    } finally {
      await useBackend("cpu");
    }
  });
}

test("dataSync() computes what depends on no input, and leaves nothing behind", async () => {
  const held = () => tf.findBackend("cpu")?.numDataIds() ?? 0;
  const before = held();
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  const y = tf.tidy(() => tf.matMul(x, tf.add(x, 1)));
  assertEquals([...y.dataSync()], [10, 13, 22, 29]);
  assertEquals(tf.stack([x, y], -1).arraySync(), [[[1, 10], [2, 13]], [[3, 22], [4, 29]]]);
  const [left, right] = tf.split(y, 2, 1);
  assertEquals([[...right.dataSync()], [...await left.data()]], [[13, 29], [10, 22]]);
  assertEquals(tf.greater(x, 2).dataSync(), Uint8Array.of(0, 0, 1, 1) as never);
  assertEquals(held(), before);
});

test("dataSync() computes shapes while a function is recorded, and not what its input decides", () => {
  const shaped = ({ x }: Record<string, tf.Tensor>) => {
    const [rows, columns] = tf.unstack(tf.tensor1d(x.shape, "int32"));
    const size = tf.reshape(tf.mul(rows, columns), [1]).dataSync();
    return { y: tf.reshape(x, [...size]) };
  };
  assertEquals(record(shaped, { x: { shape: [2, 3] } }).outputs.y.shape, [6]);
  assertThrows(
    () => record(({ x }) => ({ y: tf.fill([2], tf.sum(x).dataSync()[0]) }), { x: { shape: [2] } }),
    Error,
    'Cannot read a recorded tensor: float32[] is computed by kernel "Sum"',
  );
});

test("dataSync() of numbers that ONNX Runtime draws says which kernel draws them", () => {
  const drawn = randomNormal([2], { seed: 1 });
  assertThrows(() => drawn.dataSync(), Error, "Cannot read a tensor at once: kernel");
});
