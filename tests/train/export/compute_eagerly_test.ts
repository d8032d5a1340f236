import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { computeEagerly } from "../../../train/export/compute_eagerly.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

const x = ndarray("int32", [2, 2], Int32Array.of(1, 2, 3, 4));

Deno.test("computeEagerly() runs on cpu what the active backend cannot", async () => {
  await useBackend("wasm");
  const used: string[] = [];
  const square = ({ x }: Record<string, tf.Tensor>) => {
    used.push(tf.getBackend());
    // wasm multiplies no matrices of integers.
    return { y: tf.matMul(x, x), x };
  };
  const results = await computeEagerly(square, { x });
  assertEquals(used, ["wasm", "cpu"]);
  assertEquals(tf.getBackend(), "wasm");
  assertEquals([...results!.y.data, ...results!.x.data], [7, 10, 15, 22, 1, 2, 3, 4]);
  await useBackend("cpu");
});

Deno.test("computeEagerly() throws what the function throws, unless it may", async () => {
  await useBackend("cpu");
  const wrong = ({ x }: Record<string, tf.Tensor>) => ({ y: tf.reshape(x, [3]) });
  await assertRejects(() => computeEagerly(wrong, { x }), Error, "Size(4)");
  assertEquals(await computeEagerly(wrong, { x }, { isOptional: true }), undefined);
});
