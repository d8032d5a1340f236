import { assert, assertEquals } from "@std/assert";
import { runtimeVersion } from "../../../../lib/runtime/session.ts";
import { cudaWheels } from "../../../../lib/setup/cuda/wheels.ts";

Deno.test("cudaWheels() knows the version of onnxruntime-node that is locked", () => {
  const wheels = cudaWheels(runtimeVersion());
  assert(wheels.length > 0);
  for (const { sha256 } of wheels) assert(/^[0-9a-f]{64}$/.test(sha256));
});

Deno.test("cudaWheels() knows none of another version", () => {
  assertEquals(cudaWheels("0.1"), []);
});
