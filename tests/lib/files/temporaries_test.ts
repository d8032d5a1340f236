import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  createTemporary,
  forget,
  removeLeftOvers,
  removeTemporaries,
  removeTemporary,
  withSuffix,
} from "../../../lib/files/temporaries.ts";
import { firstOutput, inFolder, namesIn, spawnProgram } from "../../command_line.ts";

Deno.test("withSuffix() cuts a name so that the whole fits a file system", () => {
  assertEquals(withSuffix("/a/b", ".tmp"), "/a/b.tmp");
  assertEquals(withSuffix("/a/b/", ".tmp"), "/a/b.tmp");
  for (const letter of ["x", "é", "🙂"]) {
    const name = withSuffix(`/a/${letter.repeat(120)}${letter.repeat(7)}`, ".tmp-12345678");
    const bytes = new TextEncoder().encode(name.slice("/a/".length)).length;
    assert(bytes <= 255 && name.endsWith(`${letter}.tmp-12345678`), name);
  }
});

Deno.test("removeTemporaries() removes what is being written, and nothing that was renamed", async () => {
  await inFolder(async (dir) => {
    await Promise.resolve();
    const file = createTemporary(`${dir}/a.csv`, "file");
    const folder = createTemporary(`${dir}/run`, "folder");
    Deno.writeTextFileSync(`${folder.path}/inside`, "");
    const finished = createTemporary(`${dir}/b.csv`, "file");
    Deno.renameSync(finished.path, `${dir}/b.csv`);
    forget(finished);
    assertMatch(file.path, /a\.csv\.tmp-[0-9a-f]{8}$/);
    removeTemporaries();
    assertEquals(namesIn(dir), ["b.csv"]);
    removeTemporary(file); // twice does no harm
  });
});

Deno.test("removeLeftOvers() removes what a killed process left, and nothing of one that lives", async () => {
  await inFolder(async (dir) => {
    const child = spawnProgram(
      `
import { createTemporary } from "./lib/files/temporaries.ts";
createTemporary("run", "folder");
createTemporary("run", "file");
createTemporary("other", "file");
console.log("written");
await new Promise((done) => setTimeout(done, 60_000));`,
      dir,
    );
    await firstOutput(child);
    await Deno.writeTextFile(`${dir}/run.tmp-mine`, "a name that is none of ours");
    const own = createTemporary(`${dir}/run`, "file");
    const before = namesIn(dir);
    removeLeftOvers(`${dir}/run`);
    assertEquals(namesIn(dir), before);
    child.kill("SIGKILL");
    await child.output();
    removeLeftOvers(`${dir}/run`);
    const left = namesIn(dir);
    assertEquals(left.length, 3);
    assertMatch(left[0], /^other\.tmp-/);
    assertEquals(left.slice(1), [own.path.slice(dir.length + 1), "run.tmp-mine"].sort());
    removeTemporary(own);
  });
});
