import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { exportFunction } from "../../../train/export/export_function.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

const INPUTS = { x: { shape: [null, 3] } };

Deno.test("exportFunction() stores parameters by their names, with what the file says of itself", async () => {
  const scale = tf.variable(tf.tensor1d([1, 2, 3]));
  const { model, differences, difference } = await exportFunction(
    ({ x }) => ({ y: tf.mul(x, scale) }),
    { inputs: INPUTS, parameters: { scale }, name: "scaled", metadata: { key: "value" } },
  );
  assertEquals([...model.graph.initializers.keys()], ["scale"]);
  assertEquals(model.graph.outputs[0].shape, ["batch", 3]);
  assertEquals(model.metadata, { key: "value" });
  assertEquals(model.description, "scaled, recorded from TensorFlow.js");
  assertEquals(differences.map(({ name }) => name), ["y"]);
  assertAlmostEquals(difference, 0, 1e-6);
  scale.dispose();
});

Deno.test("exportFunction() compares on the samples, at an odd and an even batch size", async () => {
  const seen: number[][] = [];
  const fn = ({ x }: Record<string, tf.Tensor>) => {
    if (tf.getBackend() === "cpu") seen.push([...x.dataSync()]);
    return { y: tf.neg(x) };
  };
  const samples = { x: ndarray("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)) };
  await exportFunction(fn, { inputs: INPUTS, samples });
  assertEquals(seen.map(({ length }) => length / 3), [1, 2]);
  assertEquals(seen[1], [1, 2, 3, 4, 5, 6]);
});

Deno.test("exportFunction() throws if an output differs, relative to its own scale", async () => {
  // Eagerly it gives something else than what is recorded.
  const fickle = (offset: number) => ({ x }: Record<string, tf.Tensor>) => ({
    y: tf.mul(tf.add(x, tf.getBackend() === "cpu" ? offset : 0), 1e-3),
  });
  await assertRejects(
    () => exportFunction(fickle(1e-3), { inputs: INPUTS }),
    Error,
    'output "y"',
  );
  const { difference } = await exportFunction(fickle(1e-3), { inputs: INPUTS, tolerance: 1e-2 });
  assert(difference > 5e-4);
});
