import { assert, assertEquals, assertMatch } from "@std/assert";
import { inFolder, namesIn, spawnMain } from "../command_line.ts";
import { writeTinyFiles } from "./tiny_files.ts";

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGKILL", 137]] as const) {
  Deno.test({
    name: `train leaves nothing behind if ${signal} ends it in mid-training`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await inFolder(async (dir) => {
        await writeTinyFiles(dir);
        const before = namesIn(dir);
        const args = "--train train.npz --out runs/mine --epochs 1000000 --batch-size 20".split(
          " ",
        );
        const child = spawnMain("train/main.ts", args, { cwd: dir });
        const reader = child.stderr.getReader();
        const { value } = await reader.read();
        assertMatch(new TextDecoder().decode(value), /^epoch 1\/1000005 /);
        child.kill(signal);
        let rest = "";
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          rest += new TextDecoder().decode(part.value);
        }
        await child.stdout.cancel();
        assertEquals((await child.status).code, expected);
        assert(!/at .*\.ts|bug in Glimpse/.test(rest), rest);
        assertEquals(namesIn(dir), before);
      });
    },
  });
}
