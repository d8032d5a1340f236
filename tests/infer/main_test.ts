import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, namesIn, runMain } from "../command_line.ts";

Deno.test("every command has help with examples, and writes nothing for it", async () => {
  await inFolder(async (dir) => {
    const all = await runMain("infer/main.ts", ["--help"], { cwd: dir });
    for (const command of ["classify", "reconstruct", "generate"]) {
      assertMatch(all.stdout, new RegExp(`^ {2}${command} `, "m"));
      const { code, stdout, stderr } = await runMain("infer/main.ts", [command, "--help"], {
        cwd: dir,
      });
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, new RegExp(`^Usage: deno task ${command} .*--run RUN \\[flags\\]$`, "m"));
      assertMatch(stdout, new RegExp(`^Examples:\n {2}# .*\n {2}deno task ${command} `, "m"));
    }
    assertEquals(namesIn(dir), []);
  });
});
