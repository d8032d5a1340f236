import { assertEquals, assertRejects } from "@std/assert";
import { exists, lookAt, prove } from "../../../lib/files/out_path.ts";
import { isThere } from "../../../lib/files/temporaries.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inFolder } from "../../command_line.ts";

Deno.test("lookAt() gives what stands at a path, and where a link leads", async () => {
  await inFolder(async (dir) => {
    const real = await Deno.realPath(dir);
    await Deno.writeTextFile(`${dir}/file`, "");
    await Deno.symlink(`${dir}/file`, `${dir}/link`);
    assertEquals(await lookAt(`${dir}/absent/deep`), {
      found: null,
      target: `${dir}/absent/deep`,
    });
    const { found, target } = await lookAt(`${dir}/link`);
    assertEquals([found?.isFile, found?.isSymlink, target], [true, false, `${real}/file`]);
  });
});

Deno.test("prove() tries beside the first folder that is missing, and explains what fails", async () => {
  await inFolder(async (dir) => {
    const tried: string[] = [];
    const attempt = (probe: string) => void tried.push(probe);
    await prove("x", `${dir}/a/b/c`, attempt);
    await prove("x", `${dir}/a`, attempt);
    assertEquals(tried, [`${dir}/a`, `${dir}/a`]);
    await assertRejects(
      () => prove("x", `${dir}/a`, () => Deno.mkdirSync(`${dir}/no/such`)),
      InputError,
      'Cannot write "x": there is no such file or folder',
    );
  });
});

Deno.test("exists() follows links", async () => {
  await inFolder(async (dir) => {
    assertEquals(await exists(`${dir}/file`), false);
    await Deno.symlink(`${dir}/file`, `${dir}/link`);
    assertEquals(await exists(`${dir}/link`), false);
    assertEquals(isThere(`${dir}/link`), true);
    await Deno.writeTextFile(`${dir}/file`, "");
    assertEquals([await exists(`${dir}/file`), await exists(`${dir}/link`)], [true, true]);
  });
});
