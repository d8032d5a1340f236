import { assertEquals, assertRejects } from "@std/assert";
import { withDevice } from "../../../lib/command/with_device.ts";
import { InputError } from "../../../lib/input_error.ts";

/** A device that `onnxruntime-node` does not have for this platform. */
const FOREIGN = Deno.build.os === "windows" ? "coreml" : "directml";

Deno.test("withDevice() puts the note before the work and the profile behind its lines", async () => {
  const written: string[] = [];
  const status = {
    writeSync(bytes: Uint8Array) {
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
    isTerminal: () => false,
  };
  const lines = await withDevice({ device: "cpu", threads: 3 }, status, (options) => {
    assertEquals(options, { device: "cpu", threads: 3, profile: undefined });
    return Promise.resolve(["done"]);
  });
  assertEquals([lines, written], [["done"], []]);

  const profiled = await withDevice(
    { device: "cpu", profile: true },
    status,
    () => Promise.resolve(["done"]),
  );
  assertEquals(profiled.slice(0, 2), ["done", ""]);
  await assertRejects(
    () => withDevice({ device: FOREIGN }, status, () => Promise.reject(new Error("not reached"))),
    InputError,
  );
});
