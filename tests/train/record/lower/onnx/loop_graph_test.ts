import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../../lib/array/ndarray.ts";
import { createSession } from "../../../../../lib/runtime/mod.ts";
import { loopGraph } from "../../../../../train/record/lower/onnx/loop_graph.ts";
import { recordStep } from "../../../../../train/record/record_step.ts";
import { useBackend } from "../../../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("loopGraph() takes steps over gathered rows, bytes scaled, and carries the state", async () => {
  const weight = tf.variable(tf.scalar(1));
  const bias = tf.variable(tf.scalar(0.5));
  // weight + 2 mean(x) + bias rate, step by step
  const step = await recordStep(({ x, rate }) => {
    weight.assign(tf.add(weight, tf.add(tf.mul(tf.mean(x), 2), tf.mul(bias, rate))));
    return { loss: tf.sum(x) };
  }, { inputs: { x: { shape: [2, 1] }, rate: { shape: [] } } });
  const graph = loopGraph(step.recording, { rowTypes: { x: "uint8" }, lossNames: ["loss"] });
  const session = await createSession({ graph, opset: 17 });
  const results = await session.run({
    ...step.values,
    steps: ndarray("int64", [], BigInt64Array.of(2n)),
    indices: ndarray("int32", [2, 2], Int32Array.of(0, 1, 2, 2)),
    x: ndarray("uint8", [3, 1], Uint8Array.of(0, 51, 255)),
    rate: ndarray("float32", [2], Float32Array.of(4, 8)),
  });
  await session.release();
  const rounded = (name: string) =>
    Array.from(results[name].data, Number).map((value) => value.toFixed(5));
  assertEquals(rounded("loss"), ["0.20000", "2.00000"]);
  const [changed] = Object.keys(step.changed);
  assertEquals(rounded(`new/${changed}`), [(1 + 0.2 + 2 + 2 + 4).toFixed(5)]);
  tf.dispose([weight, bias]);
});
