import { assertEquals, assertMatch } from "@std/assert";
import { DATA_SOURCES } from "../../../../lib/data/data_sources.ts";
import { NAMED_DATASETS } from "../../../../lib/data/named_datasets.ts";
import { inFolder, runMain } from "../../../command_line.ts";

Deno.test("data says in a sentence what to put where if nothing can be downloaded", async () => {
  await inFolder(async (dir) => {
    const args = ["cifar10", "--from", "http://127.0.0.1:1/kriz"];
    const { code, stderr } = await runMain("lib/data/download/main.ts", args, { cwd: dir });
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^Cannot download http:\/\/127\.0\.0\.1:1\/kriz\/cifar-10-binary\.tar\.gz: .*"data\/cifar10\/cifar-10-binary\.tar\.gz"\n$/,
    );
  });
});

Deno.test("data says that the folder to write is a file", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    const args = ["cifar10", "--from", "http://127.0.0.1:1/kriz", "--out", "file"];
    const { code, stderr } = await runMain("lib/data/download/main.ts", args, { cwd: dir });
    assertEquals(
      [code, stderr],
      [1, 'Cannot write folder "file": it is a file, a folder is needed\n'],
    );
  });
});

Deno.test("every dataset that can be downloaded can be named, and has hashes", () => {
  for (const [name, { url, files }] of Object.entries(DATA_SOURCES)) {
    assertEquals(name in NAMED_DATASETS, true);
    assertMatch(url, /^https?:.*\/$/);
    for (const hash of Object.values(files)) assertMatch(hash, /^[0-9a-f]{64}$/);
  }
});
