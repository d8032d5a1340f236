import { assertEquals } from "@std/assert";
import { inFolder, namesIn, runMain } from "../../command_line.ts";

const CASES: readonly (readonly [args: string, message: string])[] = [
  ["beto", 'Cannot run "beto": there is no such command, did you mean beta'],
  ["beta --beta 3", "Cannot use --beta: there is no such flag"],
  [
    "beta --parallel 0",
    'Cannot use --parallel: the value is "0", it needs an integer of 1 or more',
  ],
];

for (const [args, message] of CASES) {
  Deno.test(`study ${args} says what is wrong in a sentence, and writes nothing`, async () => {
    await inFolder(async (cwd) => {
      const { code, stdout, stderr } = await runMain("train/studies/main.ts", args.split(" "), {
        cwd,
      });
      assertEquals([code, stdout, stderr.slice(0, message.length)], [1, "", message]);
      assertEquals([stderr.trim().split("\n").length, namesIn(cwd)], [1, []]);
    });
  });
}
