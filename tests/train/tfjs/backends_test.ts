import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../train/tfjs/backends.ts";

for (const name of ["cpu", "wasm"]) {
  Deno.test(`useBackend() makes ${name} the active backend, with gradients`, async () => {
    await useBackend(name);
    assertEquals(tf.getBackend(), name);
    const gradient = tf.tidy(() => tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, -3])));
    assertEquals([...await gradient.data()], [2, -6]);
    gradient.dispose();
  });
}

Deno.test("tensors have the ops that recurrent layers call as methods", async () => {
  await useBackend("cpu");
  const x = tf.tensor2d([[1, 2], [3, 4]]) as tf.Tensor & {
    flatten(): tf.Tensor;
    square(): tf.Tensor;
  };
  const [flat, squares] = [x.flatten(), x.square()];
  assertEquals(flat.shape, [4]);
  assertEquals([...await squares.data()], [1, 4, 9, 16]);
  tf.dispose([x, flat, squares]);
});
