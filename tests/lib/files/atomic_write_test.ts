import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { checkFileOut, writeFile } from "../../../lib/files/atomic_write.ts";
import { inFolder, namesIn } from "../../command_line.ts";

async function writeText(file: Deno.FsFile, text: string): Promise<void> {
  await file.write(new TextEncoder().encode(text));
}

Deno.test("writeFile() makes missing folders, and leaves nothing but the file", async () => {
  await inFolder(async (dir) => {
    const result = await writeFile(`${dir}/a/b/c.csv`, async (file) => {
      assertEquals(namesIn(`${dir}/a/b`).includes("c.csv"), false);
      await writeText(file, "x");
      return 7;
    });
    assertEquals(result, 7);
    assertEquals(namesIn(`${dir}/a/b`), ["c.csv"]);
    assertEquals(await Deno.readTextFile(`${dir}/a/b/c.csv`), "x");
  });
});

Deno.test("writeFile() replaces a file only with force, and not if writing fails", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/c.csv`;
    await Deno.writeTextFile(path, "old");
    await assertRejects(
      () => writeFile(path, (file) => writeText(file, "new")),
      InputError,
      `Cannot write "${path}": it exists already, --force replaces it`,
    );
    await assertRejects(
      () =>
        writeFile(path, async (file) => {
          await writeText(file, "new");
          throw new TypeError("broken");
        }, { force: true }),
      TypeError,
      "broken",
    );
    assertEquals(await Deno.readTextFile(path), "old");
    await writeFile(path, (file) => writeText(file, "new"), { force: true });
    assertEquals(await Deno.readTextFile(path), "new");
    assertEquals(namesIn(dir), ["c.csv"]);
  });
});

Deno.test("checkFileOut() throws if the path is a folder, or leads through a file", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(() => checkFileOut(dir, { force: true }), InputError, "no regular file");
    await assertRejects(
      () => checkFileOut("/dev/null", { force: true }),
      InputError,
      "no regular file",
    );
    await assertRejects(
      () => checkFileOut(`${dir}/file/c.csv`),
      InputError,
      `Cannot write "${dir}/file/c.csv": a part of the path is a file, a folder is needed`,
    );
    assertEquals(namesIn(dir), ["file"]);
  });
});

Deno.test({
  name: "checkFileOut() throws if the folder cannot be written to",
  ignore: Deno.uid() === 0, // nothing is denied to root
  async fn() {
    await inFolder(async (dir) => {
      await Deno.mkdir(`${dir}/locked`, { mode: 0o500 });
      await assertRejects(
        () => checkFileOut(`${dir}/locked/c.csv`),
        InputError,
        "permission is denied by the system",
      );
    });
  },
});

Deno.test({
  name: "checkFileOut() throws if Deno may not write there",
  permissions: { read: true, write: false },
  async fn() {
    await assertRejects(
      () => checkFileOut("c.csv"),
      InputError,
      "Deno was not given the permission",
    );
  },
});

Deno.test("writeFile() writes where a link leads", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/far`);
    await Deno.writeTextFile(`${dir}/far/c.csv`, "old");
    await Deno.symlink(`${dir}/far/c.csv`, `${dir}/link.csv`);
    await writeFile(`${dir}/link.csv`, (file) => writeText(file, "new"), { force: true });
    assertEquals((await Deno.lstat(`${dir}/link.csv`)).isSymlink, true);
    assertEquals(await Deno.readTextFile(`${dir}/far/c.csv`), "new");
    assertEquals(namesIn(`${dir}/far`), ["c.csv"]);
  });
});
