import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { graphOf, operatorsOf } from "../passes/recorded_case.ts";

await useBackend("cpu");

type Pool = typeof tf.maxPool;

/** Which of some operators the gradient of a pooling of 9x9 images takes. */
function slowOperators(pool: Pool, size: number, strides: number): string[] {
  const gradient = tf.grad((x) => pool(x as tf.Tensor4D, size, strides, "valid"));
  const graph = graphOf(({ x }) => gradient(x), { x: [2, 9, 9, 3] });
  const slow = ["ScatterElements", "ConvTranspose"];
  return operatorsOf(graph).filter((opType) => slow.includes(opType));
}

Deno.test("MaxPoolGrad scatters only where windows overlap or have many elements", () => {
  assertEquals(slowOperators(tf.maxPool, 2, 2), []);
  assertEquals(slowOperators(tf.maxPool, 4, 4), []);
  assertEquals(slowOperators(tf.maxPool, 3, 2), ["ScatterElements"]);
  assertEquals(slowOperators(tf.maxPool, 5, 5), ["ScatterElements"]);
});

Deno.test("AvgPoolGrad convolves only where windows overlap", () => {
  assertEquals(slowOperators(tf.avgPool as Pool, 2, 2), []);
  assertEquals(slowOperators(tf.avgPool as Pool, 9, 9), []);
  assertEquals(slowOperators(tf.avgPool as Pool, 3, 2), ["ConvTranspose"]);
});

Deno.test("MaxPoolGrad keeps a NaN to its own window", async () => {
  await tf.setBackend("onnx");
  const x = tf.tensor4d([1, NaN, 5, 6, 3, 4, 8, 7], [1, 2, 4, 1]);
  const dx = tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"))(x);
  const values = await dx.data();
  assertEquals(Array.from(values.slice(2, 4)), [0, 0]);
  assertEquals(Array.from(values.slice(6, 8)), [1, 0]);
  await useBackend("cpu");
});
