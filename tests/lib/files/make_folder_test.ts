import { assertEquals, assertRejects } from "@std/assert";
import { makeFolder } from "../../../lib/files/make_folder.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inFolder } from "../../command_line.ts";

Deno.test("makeFolder() makes a folder once, and says that there is a file", async () => {
  await inFolder(async (dir) => {
    await makeFolder(`${dir}/a/b`);
    await makeFolder(`${dir}/a/b`);
    assertEquals((await Deno.stat(`${dir}/a/b`)).isDirectory, true);
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(() => makeFolder(`${dir}/file`), InputError, "it is a file");
    await assertRejects(() => makeFolder(`${dir}/file/b`), InputError, "a part of the path");
  });
});
