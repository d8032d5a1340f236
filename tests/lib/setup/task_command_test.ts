import { assert, assertEquals } from "@std/assert";
import { taskCommand } from "../../../lib/setup/task_command.ts";

Deno.test("taskCommand() starts the program of the task with its permissions", async () => {
  const { program, args } = await taskCommand("train");
  assertEquals(program, Deno.execPath());
  assertEquals(args.slice(0, 3), ["run", "--no-prompt", "--config"]);
  assert(args.includes("--allow-read") && args.includes("--allow-ffi"), args.join(" "));
  assert(args.at(-1)!.endsWith("/train/main.ts"), args.at(-1));
  assertEquals((await Deno.stat(args.at(-1)!)).isFile, true);
});
