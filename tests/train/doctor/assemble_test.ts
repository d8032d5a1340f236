import { assertEquals } from "@std/assert";
import { VERSION } from "../../../lib/version.ts";
import { assemble } from "../../../train/doctor/assemble.ts";
import type { Answer } from "../../../train/doctor/message.ts";
import { ENGINE_PROBES } from "../../../train/doctor/probes.ts";

const none: Answer = { works: false, reason: "a library is missing", fix: "install it" };
const cpu: Answer = { works: true, trainingSpeed: 9, versions: { "onnxruntime-node": "1.2" } };
const engines = ENGINE_PROBES.map(() => none);

Deno.test("assemble() gives the engine onnx the answer of the device that auto takes", () => {
  const devices = { cpu, cuda: { ...cpu, trains: true, trainingSpeed: 100 } };
  const auto = { engine: "onnx", device: "cuda" };
  const [onnx, ...others] = assemble({ machine: null, auto, devices, engines }).engines;
  assertEquals([onnx.name, onnx.works, onnx.recommended, onnx.detail, onnx.trainingSpeed], [
    "onnx",
    true,
    true,
    "on cuda",
    100,
  ]);
  assertEquals(others.map(({ name, backend }) => [name, backend]), [
    ...ENGINE_PROBES.map(({ name, backend }) => [name, backend]),
  ]);
  assertEquals(others[0], {
    name: ENGINE_PROBES[0].name,
    backend: ENGINE_PROBES[0].backend,
    works: false,
    recommended: false,
    detail: null,
    reason: "a library is missing",
    fix: "install it",
    trainingSpeed: null,
  });
});

Deno.test("assemble() says that onnx does not work where its device does not train", () => {
  const devices = { cpu: { ...cpu, trains: false, reason: "training does not work on it" } };
  const { engines: [onnx], devices: [device] } = assemble({
    machine: null,
    auto: null,
    devices,
    engines,
  });
  assertEquals([onnx.works, onnx.detail, onnx.reason], [
    false,
    null,
    "training does not work on it",
  ]);
  assertEquals([device.works, device.recommended, device.inferenceSpeed], [true, false, null]);
});

Deno.test("assemble() keeps a version that no probe could load as null", () => {
  const { versions } = assemble({ machine: null, auto: null, devices: { cpu }, engines });
  assertEquals(versions, {
    "glimpse": VERSION,
    "deno": Deno.version.deno,
    "onnxruntime-node": "1.2",
    "tensorflow.js": null,
  });
});
