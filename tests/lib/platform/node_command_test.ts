import { assertEquals, assertRejects } from "@std/assert";
import { Command } from "../../../lib/platform/node_command.ts";

Deno.test("Command gives what a program writes, and how it ends", async () => {
  const output = await new Command("sh", {
    args: ["-c", 'echo "$WORD in $PWD"; echo no >&2; exit 3'],
    env: { WORD: "yes" },
    cwd: "/",
  }).output() as Deno.CommandOutput;
  const { stdout, stderr, ...end } = output;
  assertEquals(new TextDecoder().decode(stdout), "yes in /\n");
  assertEquals(new TextDecoder().decode(stderr), "no\n");
  assertEquals({ ...end }, { success: false, code: 3, signal: null });
});

Deno.test("Command names the signal that ended a program", async () => {
  const child = new Command("sleep", { args: ["60"], stdin: "null" }).spawn();
  child.kill("SIGTERM");
  assertEquals((await child.status as Deno.CommandStatus).signal, "SIGTERM");
});

Deno.test("Command fails if there is no such program", async () => {
  const error = await assertRejects(() => new Command("/no/such/program").output());
  assertEquals((error as { code?: string }).code, "ENOENT");
});
