import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { recordFunction, stateOf, withoutUnused } from "../../../train/record/record_function.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("recordFunction() makes variables inputs and outputs, and leaves them their values", async () => {
  const variables = [1, 2, 3].map((value) => tf.variable(tf.scalar(value)));
  const [changed, read, unread] = variables;
  const state = stateOf(variables);
  const recording = recordFunction(({ x }) => {
    changed.assign(tf.add(changed, tf.mul(x, read)));
    return { zeros: tf.zerosLike(unread), y: tf.neg(x) };
  }, { state, inputs: { x: { shape: [] } } });
  const names = Object.keys(state);
  assertEquals(Object.keys(recording.inputs), ["x", ...names]);
  assertEquals(
    Object.keys(recording.outputs),
    ["zeros", "y", ...names.map((name) => `new/${name}`)],
  );
  assertEquals((await Promise.all(variables.map((each) => each.data()))).map(([x]) => x), [
    1,
    2,
    3,
  ]);

  const used = withoutUnused(recording, state);
  assertEquals(Object.values(used.changed), [changed]);
  assertEquals(Object.keys(used.recording.outputs), ["zeros", "y", `new/${names[0]}`]);
  // Zeros are known while recording, and no longer read what they have the shape of.
  assertEquals(Object.values(used.variables), [changed, read]);
  tf.dispose(variables);
});
