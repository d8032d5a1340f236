import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { checkFolderOut, writeFolder } from "../../../lib/files/write_folder.ts";
import { removeTemporaries } from "../../../lib/files/temporaries.ts";
import { inFolder, namesIn } from "../../command_line.ts";

const put = (name: string) => (dir: string) => Deno.writeTextFile(`${dir}/${name}`, name);

Deno.test("writeFolder() replaces only a folder of ours, and only with force", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/run/`;
    const findForeign = (path: string) =>
      namesIn(path).includes("ours") ? undefined : "it holds other files";
    const write = (name: string) => async (temporary: string) => {
      await Deno.mkdir(`${temporary}/sub`);
      await Deno.writeTextFile(`${temporary}/sub/${name}`, name);
      await Deno.writeTextFile(`${temporary}/ours`, "");
    };
    await writeFolder(out, write("a"));
    assertEquals(namesIn(`${out}/sub`), ["a"]);
    await assertRejects(() => writeFolder(out, write("b")), InputError, "it exists already");
    await writeFolder(out, write("b"), { force: true, findForeign });
    assertEquals(namesIn(`${out}/sub`), ["b"]);
    await Deno.remove(`${out}/ours`);
    await assertRejects(
      () => writeFolder(out, write("c"), { force: true, findForeign }),
      InputError,
      `Cannot replace "${out}": it holds other files`,
    );
    assertEquals(namesIn(`${out}/sub`), ["b"]);
    assertEquals(namesIn(dir), ["run"]);
  });
});

Deno.test("writeFolder() leaves the old folder if writing fails", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/run`);
    await Deno.writeTextFile(`${dir}/run/old`, "");
    const broken = () => Promise.reject(new TypeError("broken"));
    const options = { force: true, findForeign: () => undefined };
    await assertRejects(() => writeFolder(`${dir}/run`, broken, options), TypeError, "broken");
    assertEquals(namesIn(dir), ["run"]);
    assertEquals(namesIn(`${dir}/run`), ["old"]);
  });
});

Deno.test("writeFolder() keeps the finished folder if something took its place meanwhile", async () => {
  await inFolder(async (dir) => {
    const error = await assertRejects(() =>
      writeFolder(`${dir}/run`, async (temporary) => {
        await put("a")(temporary);
        await Deno.mkdir(`${dir}/run`);
        await put("other")(`${dir}/run`);
      }), InputError);
    const [taken, kept] = namesIn(dir);
    assertEquals(taken, "run");
    assertMatch(kept, /^run\.kept-[0-9a-f]{8}$/);
    assertEquals(
      error.message,
      `Cannot write "${dir}/run": it exists already, --force replaces it; what was written is kept in "${dir}/${kept}"`,
    );
    assertEquals(namesIn(`${dir}/${kept}`), ["a"]);
    assertEquals(namesIn(`${dir}/run`), ["other"]);
    await checkFolderOut(`${dir}/new`);
    assertEquals(namesIn(dir), ["run", kept]);
  });
});

Deno.test("checkFolderOut() takes an empty folder for none, and a file for what it is", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/empty`, { mode: 0o750 });
    await checkFolderOut(`${dir}/empty`);
    assertEquals((await Deno.stat(`${dir}/empty`)).mode! & 0o777, 0o750);
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(
      () => checkFolderOut(`${dir}/file`, { force: true }),
      InputError,
      "it is a file, another name is needed",
    );
    assertEquals(namesIn(dir), ["empty", "file"]);
  });
});

Deno.test("checkFolderOut() throws for the working folder, and for what holds it", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/here`);
    const before = Deno.cwd();
    Deno.chdir(`${dir}/here`);
    try {
      for (const path of [".", "./", "..", dir]) {
        await assertRejects(
          () => checkFolderOut(path, { force: true, findForeign: () => undefined }),
          InputError,
          `Cannot write folder "${path}": it is the working folder or holds it`,
        );
      }
    } finally {
      Deno.chdir(before);
    }
  });
});

Deno.test("checkFolderOut() follows a link to a folder, and throws where one leads nowhere", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/far`);
    await Deno.symlink(`${dir}/far`, `${dir}/link`);
    await Deno.symlink(`${dir}/nowhere`, `${dir}/dangling`);
    await Deno.symlink(`${dir}/circle`, `${dir}/circle`);
    await writeFolder(`${dir}/link`, put("a"));
    assertEquals(namesIn(`${dir}/far`), ["a"]);
    await assertRejects(
      () => checkFolderOut(`${dir}/dangling`),
      InputError,
      `Cannot write "${dir}/dangling": it is a link that leads nowhere, another name is needed`,
    );
    await assertRejects(
      () => checkFolderOut(`${dir}/circle`),
      InputError,
      `Cannot write "${dir}/circle": links lead in a circle`,
    );
    assertEquals(namesIn(dir), ["circle", "dangling", "far", "link"]);
  });
});

Deno.test("writeFolder() writes names of up to 255 bytes", async () => {
  await inFolder(async (dir) => {
    for (const name of ["a".repeat(243), "b".repeat(255), "é".repeat(127)]) {
      await writeFolder(`${dir}/${name}`, put("a"));
      const options = { force: true, findForeign: () => undefined };
      await writeFolder(`${dir}/${name}`, put("b"), options);
      assertEquals(namesIn(dir), [name]);
      assertEquals(namesIn(`${dir}/${name}`), ["b"]);
      await Deno.remove(`${dir}/${name}`, { recursive: true });
    }
    await assertRejects(
      () => checkFolderOut(`${dir}/${"a".repeat(256)}`),
      InputError,
      "the name is too long",
    );
  });
});

Deno.test({
  name: "checkFolderOut() throws for a mount point",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // A mount point that every Linux has; renaming it fails before anything is touched.
    await assertRejects(
      () => checkFolderOut("/proc", { force: true, findForeign: () => undefined }),
      InputError,
    );
  },
});

Deno.test("checkFolderOut() gives a folder its name back that was being replaced", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/run.tmp-replaced`);
    await put("old")(`${dir}/run.tmp-replaced`);
    await assertRejects(() => checkFolderOut(`${dir}/run`), InputError, "it exists already");
    assertEquals(namesIn(`${dir}/run`), ["old"]);
    assertEquals(namesIn(dir), ["run"]);
  });
});

/** Lets the n-th change of the file system and all after it fail, as if the process was killed. */
async function killedAt(n: number, work: () => Promise<unknown>): Promise<boolean> {
  const names = ["renameSync", "removeSync", "mkdirSync", "writeTextFileSync"] as const;
  const before = names.map((name) => Deno[name]);
  let count = 0;
  names.forEach((name, i) =>
    Object.assign(Deno, {
      [name]: (...args: unknown[]) => {
        if (++count > n) throw new TypeError("killed");
        return (before[i] as (...args: unknown[]) => unknown)(...args);
      },
    })
  );
  try {
    await work();
    return false;
  } catch {
    return true;
  } finally {
    names.forEach((name, i) => Object.assign(Deno, { [name]: before[i] }));
    removeTemporaries(); // closes what a dead process has closed; what stays is looked at
  }
}

Deno.test("writeFolder() loses nothing wherever it is killed, and the next one leaves nothing over", async () => {
  const findForeign = (dir: string) => namesIn(dir).join() === "new" ? undefined : "other files";
  const write = (text: string) => (dir: string) =>
    Promise.resolve(Deno.writeTextFileSync(`${dir}/new`, text));
  for (const old of [undefined, "old"]) {
    let isKilled = true;
    for (let n = 0; isKilled; n++) {
      await inFolder(async (dir) => {
        const out = `${dir}/run`;
        const read = () => Deno.readTextFileSync(`${out}/new`);
        if (old !== undefined) await writeFolder(out, write(old));
        isKilled = await killedAt(
          n,
          () => writeFolder(out, write("new"), { force: true, findForeign }),
        );
        // What stands there is whole, or stands beside, or there was nothing.
        const stands = namesIn(dir).includes("run") && namesIn(out).length > 0;
        if (stands) assertEquals(["new", old].includes(read()), true);
        else assertEquals(old === undefined || namesIn(dir).includes("run.tmp-replaced"), true);
        await checkFolderOut(out, { force: true, findForeign });
        if (old !== undefined) assertEquals(["new", old].includes(read()), true);
        await writeFolder(out, write("again"), { force: true, findForeign });
        assertEquals([read(), namesIn(dir)], ["again", ["run"]]);
      });
    }
  }
});
