import { assert, assertEquals, assertMatch } from "@std/assert";
import { probeDevice } from "../../../../train/doctor/probe/device.ts";

Deno.test("probeDevice() measures the CPU, and says why another device does not work", async () => {
  const stages: string[] = [];
  const onStage = (stage: string) => stages.push(stage);
  const start = performance.now();
  const { works, trains, trainingSpeed, inferenceSpeed, reason } = await probeDevice("cpu", {
    quick: false,
    budget: 200,
    onStage,
  });
  assertEquals([works, trains, reason], [true, true, undefined]);
  // Images, not batches, a second: it did a batch at least. No machine does so many.
  const seconds = (performance.now() - start) / 1000;
  assert(trainingSpeed! * seconds > 128 && trainingSpeed! < 1e7, String(trainingSpeed));
  assert(inferenceSpeed! * seconds > 1024 && inferenceSpeed! < 1e8, String(inferenceSpeed));
  assert(stages.includes("measuring the speed of training"));

  // No platform has both.
  const name = Deno.build.os === "darwin" ? "directml" : "coreml";
  const absent = await probeDevice(name, { quick: true, onStage });
  assertEquals(absent.works, false);
  assertMatch(absent.reason!, /^onnxruntime-node has it for/);
});
