import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { stopGradient } from "../../../train/networks/stop_gradient.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

Deno.test("stopGradient() gives the same values, and passes no gradient", async () => {
  await useBackend("cpu");
  tf.tidy(() => {
    const x = tf.tensor1d([1, -2, 3]);
    assertEquals([...stopGradient(x).dataSync()], [1, -2, 3]);
    // d/dx (x stop(x)) = stop(x), and not 2 x.
    const gradient = tf.grad((x) => tf.sum(tf.mul(x, stopGradient(x))))(x);
    assertEquals([...gradient.dataSync()], [1, -2, 3]);
  });
});
