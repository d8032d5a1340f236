import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEVICE_NAMES } from "../../../lib/runtime/device.ts";
import { runMain } from "../../command_line.ts";
import { startTask } from "../../task.ts";

Deno.test("deno task doctor --quick --json names every engine and device, each with a reason and a fix", async () => {
  const { code, stdout } = await startTask("doctor", ["--quick", "--json"]).output();
  assertEquals(code, 0);
  const { machine, engines, devices } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(machine.architecture, Deno.build.arch);
  assertEquals(devices.map(({ name }: { name: string }) => name), DEVICE_NAMES);
  for (const { name, backend, works, reason, fix } of [...engines, ...devices]) {
    if (["cpu", "onnx", "tfjs"].includes(name)) assert(works, `${name} ${backend}: ${reason}`);
    if (!works) assert(reason.length > 10 && fix.length > 5, name);
  }
});

Deno.test("deno task doctor rejects a flag that it does not know", async () => {
  const { code, stderr } = await runMain("train/doctor/main.ts", ["--quik"], { cwd: Deno.cwd() });
  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot use --quik: .* did you mean --quick\n$/);
});
