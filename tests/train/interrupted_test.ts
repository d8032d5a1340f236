import { assert, assertEquals, assertMatch } from "@std/assert";
import { inFolder, namesIn, runMain, spawnMain } from "../command_line.ts";
import { QUICK, writeTinyFiles } from "./tiny_files.ts";

const SIGNALS = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGKILL", 137]] as const;

for (const [signal, expected] of SIGNALS) {
  Deno.test({
    name: `train that ${signal} ends keeps its last epoch, and the next run leaves nothing behind`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await inFolder(async (dir) => {
        await writeTinyFiles(dir);
        const before = namesIn(dir);
        const words = ["--train", "train.npz", "--out", "runs/mine", ...QUICK];
        const child = spawnMain("train/main.ts", [...words, "--epochs", "400"], { cwd: dir });
        const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
        const { value: first } = await reader.read();
        child.kill(signal);
        assertMatch(first!, /^epoch 11\/401 /);
        let rest = "";
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          rest += part.value;
        }
        await child.stdout.cancel();
        assertEquals((await child.status).code, expected);
        assert(!/at .*\.ts|bug in Glimpse/.test(rest), rest);
        if (signal !== "SIGKILL") {
          assertMatch(
            rest,
            /(^|\n)to go on: deno task train --train train.npz .* --epochs 400 --resume\n$/,
          );
        }
        assertEquals(namesIn(dir), [...before, "runs"].sort());
        if (signal === "SIGTERM" || signal === "SIGHUP") return;
        const run = (more: string[]) => runMain("train/main.ts", [...words, ...more], { cwd: dir });
        assertMatch(
          (await run([])).stderr,
          /^Cannot train: "runs\/mine.partial" holds .* after epoch \d+, --resume .*\n$/,
        );
        const others = await run(["--resume"]);
        assertMatch(others.stderr, /--epochs was 400 when it was started, now 1;/);
        assertEquals((await run(["--force"])).code, 0);
        assertEquals(namesIn(`${dir}/runs`), ["mine"]);
      });
    },
  });
}
