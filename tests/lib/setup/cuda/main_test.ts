import { assertEquals } from "@std/assert";
import { inFolder, runMain } from "../../../command_line.ts";

Deno.test("setup:cuda says in a sentence what it needs to be told", async () => {
  await inFolder(async (cwd) => {
    for (
      const [args, found] of [
        [[], "nothing is given"],
        [["--from-pypi", "--remove"], "--from-pypi and --remove are given"],
      ] as const
    ) {
      assertEquals(await runMain("lib/setup/cuda/main.ts", args, { cwd }), {
        code: 1,
        stdout: "",
        stderr:
          `Cannot set up CUDA: ${found}, one of --from-npm, --from-pypi, --wheel, --remove is needed\n`,
      });
    }
  });
});
