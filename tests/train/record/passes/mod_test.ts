import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { simplify } from "../../../../train/record/passes/mod.ts";
import { record } from "../../../../train/record/mod.ts";
import { reachableOperations } from "../../../../train/record/recording/operation.ts";

Deno.test("simplify() keeps inputs, outputs and kernels; with any batch size it leaves scales where they are", () => {
  const recording = record(({ x }) => ({ y: tf.mul(tf.mul(x, 2), 3) }), { x: { shape: [7, 4] } });
  for (const [anyBatch, count] of [[false, 1], [true, 2]] as const) {
    const simpler = simplify(recording, { anyBatch });
    assertEquals(simpler.inputs, recording.inputs);
    assertEquals(Object.keys(simpler.outputs), ["y"]);
    assertEquals(simpler.outputs.y.origin, recording.outputs.y.origin);
    assertEquals(reachableOperations([simpler.outputs.y.source]).length, count);
  }
});
