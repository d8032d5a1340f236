import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { chooseDevice } from "../../../lib/runtime/choose_device.ts";
import type { DeviceName, DeviceProbe } from "../../../lib/runtime/device.ts";

const works = { works: true, hasHardware: true };

/** A machine on which each look at CUDA gives such an answer. */
function cuda(look: DeviceProbe, proof: DeviceProbe = look) {
  return {
    probe: () => Promise.resolve(look),
    prove: (name: DeviceName) => Promise.resolve(name === "cpu" ? works : proof),
  };
}

const lacking = (hasHardware: boolean): DeviceProbe => ({
  works: false,
  hasHardware,
  reason: "a thing is missing",
  fix: "bring it",
});

Deno.test("chooseDevice() falls back, and says why if it was asked or there is a GPU", async () => {
  const note = "running on the cpu, not on cuda, as a thing is missing; bring it";
  assertEquals(await chooseDevice("auto", cuda(lacking(false))), { device: "cpu", note });
  assertEquals(await chooseDevice(undefined, cuda(lacking(false))), { device: "cpu" });
  assertEquals(await chooseDevice(undefined, cuda(lacking(true))), { device: "cpu", note });
  // Everything is there, and yet it does not run.
  const proof = cuda(works, lacking(true));
  assertEquals(await chooseDevice(undefined, proof), { device: "cpu", note });
});

Deno.test("chooseDevice() takes a GPU that works, and says so", async () => {
  const chosen = { device: "cuda", note: "running on cuda" };
  assertEquals(await chooseDevice("auto", cuda(works)), chosen as { device: DeviceName });
  assertEquals(await chooseDevice(undefined, cuda(works)), chosen as { device: DeviceName });
});

Deno.test("chooseDevice() never falls back from a named device", async () => {
  assertEquals(await chooseDevice("cpu"), { device: "cpu" });
  await assertRejects(
    () => chooseDevice("cuda", cuda(lacking(true))),
    InputError,
    "Cannot use device cuda: a thing is missing; bring it",
  );
});
