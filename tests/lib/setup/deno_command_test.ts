import { assertEquals } from "@std/assert";
import { denoCommand } from "../../../lib/setup/deno_command.ts";

Deno.test("denoCommand() is this very Deno where every program may be run", async () => {
  assertEquals(await denoCommand(), Deno.execPath());
});

Deno.test({
  name: "denoCommand() is the one on the PATH where only that may be run",
  permissions: { run: ["deno"], read: true },
  async fn() {
    assertEquals(await denoCommand(), "deno");
  },
});
