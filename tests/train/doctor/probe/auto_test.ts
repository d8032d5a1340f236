import { assertEquals } from "@std/assert";
import { chooseDevice } from "../../../../lib/runtime/choose_device.ts";
import { chooseEngine } from "../../../../train/core/engines/choose_engine.ts";
import { probeAuto } from "../../../../train/doctor/probe/auto.ts";

Deno.test("probeAuto() names the engine and the device that auto takes", async () => {
  const { name: engine } = await chooseEngine("auto");
  const { device } = await chooseDevice("auto");
  assertEquals(await probeAuto(), { engine, device });
});
