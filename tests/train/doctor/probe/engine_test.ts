import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { probeEngine } from "../../../../train/doctor/probe/engine.ts";

Deno.test("probeEngine() takes a step on a backend of TensorFlow.js, and says its stages", async () => {
  const stages: string[] = [];
  const found = await probeEngine("tfjs", {
    backend: "cpu",
    quick: true,
    onStage: (stage) => stages.push(stage),
  });
  assertEquals(found, { works: true, versions: { "tensorflow.js": tf.version_core } });
  assertEquals(stages, ["starting it", "taking a training step"]);
});
