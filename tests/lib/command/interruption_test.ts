import { assertEquals } from "@std/assert";
import { firstOutput, inFolder, namesIn, spawnProgram } from "../../command_line.ts";

/** A command that prints, and then does what is given. */
const program = (work: string) => `
import { defineCommand, runCommand } from "./lib/command/command.ts";
import { adviseOnSignal, onSignal } from "./lib/command/interruption.ts";
import { createTemporary } from "./lib/files/temporaries.ts";
const command = defineCommand({ name: "x", description: "", options: {}, async run() {
  createTemporary("half", "file");
  adviseOnSignal("to go on: once more");
  // The thread that watches starts at the same time.
  await new Promise((done) => setTimeout(done, 300));
  ${work}
} });
await runCommand(command, {
  args: [], print: console.log, status: Deno.stderr, exit: Deno.exit, watched: true,
});`;

const ready = 'console.log("ready");';
const waits = `${ready} await new Promise((done) => setTimeout(done, 60_000));`;
const computes = `${ready} for (let i = 0; i < 1e12; i++) Math.sin(i);`;

const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const;

for (const [signal, code] of SIGNALS) {
  for (const [name, work] of [["waits", waits], ["computes", computes]]) {
    Deno.test({
      name: `a command that ${name} says on ${signal} how to go on, and exits with ${code}`,
      ignore: Deno.build.os === "windows",
      async fn() {
        await inFolder(async (dir) => {
          const child = spawnProgram(program(work), dir);
          await firstOutput(child);
          child.kill(signal);
          const ended = await child.output();
          assertEquals(ended.code, code);
          assertEquals(new TextDecoder().decode(ended.stderr).trim(), "to go on: once more");
          // What a thread that computes cannot remove is left to the next run.
          assertEquals(namesIn(dir).length, name === "waits" ? 0 : 1);
        });
      },
    });
  }
}

Deno.test({
  name: "a hook hears of every signal, and a second one does not wait for it",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      const hook = `onSignal(async (signal) => {
        console.log(signal);
        await new Promise((done) => setTimeout(done, 60_000));
      }); ${waits}`;
      const child = spawnProgram(program(hook), dir);
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals((await reader.read()).value, "ready\n");
      child.kill("SIGTERM");
      assertEquals((await reader.read()).value, "SIGTERM\n");
      child.kill("SIGINT");
      assertEquals((await child.status).code, 130);
      await reader.cancel();
      await child.stderr.cancel();
    });
  },
});
