import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../../lib/input_error.ts";
import { exportableFunction, exportableModel } from "../../../train/export/exportable.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import "../seeded_weights.ts";

await useBackend("cpu");

Deno.test("exportableModel() has the model's inputs, outputs and weights by name", () => {
  const model = tfl.sequential({
    name: "net",
    layers: [
      tfl.layers.dense({ units: 2, inputShape: [3], name: "first" }),
      tfl.layers.dropout({ rate: 0.9 }),
    ],
  });
  const { name, inputs, compute, parameters } = exportableModel(model, {});
  assertEquals([name, inputs.map(([, { shape }]) => shape)], ["net", [[null, 3]]]);
  assertEquals(Object.keys(parameters()), ["first/kernel", "first/bias"]);
  tf.tidy(() => {
    const x = tf.ones([2, 3]);
    const [[, y]] = compute([x]);
    // Dropout is off.
    assertEquals([...y.dataSync()], [...(model.predict(x) as tf.Tensor).dataSync()]);
  });
  model.dispose();
});

Deno.test("exportableFunction() finds the variables that it reads, and names its outputs", () => {
  const a = tf.variable(tf.scalar(2), true, "exportable_a");
  const unused = tf.variable(tf.scalar(3), true, "exportable_unused");
  const constant = tf.scalar(5);
  const inputs = { x: { shape: [null, 1] } } as const;
  const of = (fn: Parameters<typeof exportableFunction>[0]) =>
    exportableFunction(fn, { inputs, constants: { constant } });
  const single = of(({ x }) => tf.mul(x, a));
  assertEquals(Object.keys(single.parameters()), ["constant", "exportable_a"]);
  tf.tidy(() => {
    const x = tf.ones([1, 1]);
    assertEquals(single.compute([x]).map(([name]) => name), ["output"]);
    assertEquals(of(({ x }) => [x, x]).compute([x]).map(([name]) => name), [
      "output_0",
      "output_1",
    ]);
    assertEquals(of(({ x }) => ({ y: x })).compute([x]).map(([name]) => name), ["y"]);
  });
  tf.dispose([a, unused, constant]);
});

Deno.test("what cannot be exported is said in a sentence", () => {
  assertThrows(() => exportableModel(tfl.sequential(), {}), InputError, "it is not built");
  assertThrows(
    () => exportableFunction(({ x }) => x, { inputs: {}, constants: {} }),
    InputError,
    "`inputs` is needed",
  );
});
