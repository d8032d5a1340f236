import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { InputError } from "../../../lib/input_error.ts";
import { checkWheel, downloadWheel } from "../../../lib/setup/wheel.ts";
import { inFolder, namesIn } from "../../command_line.ts";

const CONTENT = new TextEncoder().encode("a wheel");
const WHEEL = {
  requirement: "package==1.2",
  file: "package-1.2-cp311-cp311-manylinux_2_28_x86_64.whl",
  sha256: createHash("sha256").update(CONTENT).digest("hex"),
};

/** Writes a program that stands for Python: it keeps its arguments and does as it is told. */
async function writePython(dir: string, script: string): Promise<string> {
  const path = `${dir}/python`;
  await Deno.writeTextFile(path, `#!/bin/sh\necho "$@" > "${dir}/args"\n${script}\n`, {
    mode: 0o755,
  });
  return path;
}

Deno.test("checkWheel() takes one of the wheels by its content, whatever its name", async () => {
  await inFolder(async (dir) => {
    await Deno.writeFile(`${dir}/any.whl`, CONTENT);
    const other = { ...WHEEL, file: "other.whl", sha256: "0".repeat(64) };
    await checkWheel(`${dir}/any.whl`, [other, WHEEL]);
    await assertRejects(
      () => checkWheel(`${dir}/any.whl`, [other]),
      InputError,
      `its SHA-256 is ${WHEEL.sha256}, that of other.whl is needed`,
    );
  });
});

Deno.test({
  name: "downloadWheel() asks pip for the very file, and checks what it brings",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      const into = `${dir}/into`;
      await Deno.mkdir(into);
      const python = await writePython(dir, `printf 'a wheel' > "${into}/${WHEEL.file}"`);
      assertEquals(await downloadWheel(WHEEL, { python, into }), `${into}/${WHEEL.file}`);
      const args = (await Deno.readTextFile(`${dir}/args`)).trim().split(" ");
      for (
        const arg of [
          "--no-deps",
          "--python-version=3.11",
          "--abi=cp311",
          "--platform=manylinux_2_28_x86_64",
          WHEEL.requirement,
        ]
      ) assertEquals([arg, args.includes(arg)], [arg, true]);

      await writePython(dir, `printf 'another' > "${into}/${WHEEL.file}"`);
      await assertRejects(() => downloadWheel(WHEEL, { python, into }), InputError, "SHA-256");
    });
  },
});

Deno.test({
  name: "downloadWheel() says what to do without pip, or where the index has no such file",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      for (
        const [said, message] of [
          ["No module named pip", "has no pip, install it"],
          ["ERROR: No matching distribution found", `pip's index offers no ${WHEEL.file}`],
        ]
      ) {
        const python = await writePython(dir, `echo "${said}" >&2; exit 1`);
        const error = await assertRejects(
          () => downloadWheel(WHEEL, { python, into: dir }),
          InputError,
        );
        assertEquals([error.message.includes(message), error.message.endsWith("--wheel")], [
          true,
          true,
        ], error.message);
      }
      assertEquals(namesIn(dir), ["args", "python"]);
    });
  },
});
