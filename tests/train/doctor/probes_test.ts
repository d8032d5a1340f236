import { assertEquals } from "@std/assert";
import { BACKENDS } from "../../../train/tfjs/backends.ts";
import { ENGINE_PROBES } from "../../../train/doctor/probes.ts";
import { ENGINES } from "../../../train/core/engines/mod.ts";

Deno.test("the doctor knows every engine and every backend", () => {
  const names = new Set(["onnx", ...ENGINE_PROBES.map(({ name }) => name)]);
  assertEquals([...names].sort(), Object.keys(ENGINES).sort());
  const backends = ENGINE_PROBES.flatMap(({ backend }) => backend ?? []);
  // tfjs-node-gpu is the backend tensorflow.
  assertEquals([...backends, "tensorflow"].sort(), Object.keys(BACKENDS).sort());
});
