import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import {
  readState,
  recordFunction,
  stateOf,
  withoutUnused,
  writeState,
} from "../../../train/record/record_function.ts";
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
  const names = state.map(({ name }) => name);
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
  assertEquals(used.changed.map(({ variable }) => variable), [changed]);
  assertEquals(Object.keys(used.recording.outputs), ["zeros", "y", `new/${names[0]}`]);
  // Zeros are known while recording, and no longer read what they have the shape of.
  assertEquals(used.variables.map(({ variable }) => variable), [changed, read]);
  tf.dispose(variables);
});

Deno.test("writeState() gives variables the values that readState() read", async () => {
  const variable = tf.variable(tf.tensor2d([[1, 2]]));
  const state = stateOf([variable]);
  const values = await readState(state);
  variable.assign(tf.tensor2d([[7, 8]]));
  writeState(state, values);
  assertEquals([...await variable.data()], [1, 2]);
  variable.dispose();
});
