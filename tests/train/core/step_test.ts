import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import { adam, sgd } from "../../../train/core/optimizers.ts";
import { lossGradients, minimize } from "../../../train/core/step.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("minimize() updates the optimizer's variables by the gradient of loss alone", async () => {
  const [trained, fixed] = tf.tidy(() => [
    tf.variable(tf.tensor1d([1, -2])),
    tf.variable(tf.tensor1d([3, 5])),
  ]);
  const optimizer = sgd([trained]);
  const before = tf.memory().numTensors;
  const losses = tf.tidy(() =>
    minimize(optimizer, tf.scalar(0.1), () => {
      const loss = tf.sum(tf.mul(tf.square(trained), fixed)) as tf.Scalar;
      return { loss, other: tf.mul(loss, 2) as tf.Scalar };
    })
  );
  // The gradient is 2 w f; the losses are those before the update.
  assertEquals([...await losses.loss.data(), ...await losses.other.data()], [23, 46]);
  const [first, second] = await trained.data();
  assertAlmostEquals(first, 1 - 0.1 * 6, 1e-6);
  assertAlmostEquals(second, -2 + 0.1 * 20, 1e-6);
  assertEquals([...await fixed.data()], [3, 5]);
  tf.dispose(losses);
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([trained, fixed]);
});

Deno.test("lossGradients() gives the gradient of each variable by its name", async () => {
  const variables = tf.tidy(() => [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))]);
  const { losses, gradients } = lossGradients(variables, () => ({
    loss: tf.mul(tf.square(variables[0]), variables[1]) as tf.Scalar,
  }));
  assertEquals([...await losses.loss.data()], [12]);
  const [first, second] = variables.map(({ name }) => gradients[name].dataSync()[0]);
  assertEquals([first, second], [12, 4]);
  tf.dispose([losses, gradients, variables]);
});

Deno.test("minimize() throws if the loss does not depend on a variable, and updates none", async () => {
  const [used, unused] = ["used", "unused"].map((name) => tf.variable(tf.scalar(2), true, name));
  for (const optimizer of [adam([used, unused]), sgd([used, unused])]) {
    assertThrows(
      () => minimize(optimizer, tf.scalar(0.1), () => ({ loss: tf.square(used) as tf.Scalar })),
      InputError,
      'Cannot minimize the loss: it does not depend on variable "unused"',
    );
    tf.dispose([...optimizer.state]);
  }
  assertEquals([...await used.data(), ...await unused.data()], [2, 2]);
  tf.dispose([used, unused]);
});
