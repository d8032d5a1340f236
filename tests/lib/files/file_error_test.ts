import { assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { explainFileError, explainMachineError } from "../../../lib/files/file_error.ts";
import { InputError } from "../../../lib/input_error.ts";

const table: [fault: () => Promise<unknown>, reason: string][] = [
  [() => Deno.readFile("no-such-file"), "there is no such file or folder"],
  [() => Deno.readFile("."), "it is a folder, a file is needed"],
  [() => Deno.readFile("deno.json/a"), "a part of the path is a file, a folder is needed"],
  [() => Deno.open("deno.json", { createNew: true, write: true }), "it exists already"],
  [() => Deno.stat("a".repeat(300)), "the name is too long"],
];

for (const [fault, reason] of table) {
  Deno.test(`explainFileError() says that ${reason}`, async () => {
    const error = await assertRejects(fault);
    const explained = explainFileError(error, 'read "x"');
    assertInstanceOf(explained, InputError);
    assertEquals(explained.message, `Cannot read "x": ${reason}`);
    assertEquals(explained.cause, error);
  });
}

Deno.test("explainFileError() gives back what no user can mend", () => {
  const error = new TypeError("broken");
  assertEquals(explainFileError(error, "read"), error);
});

Deno.test("explainMachineError() explains what the machine has, and nothing else", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.symlink(`${dir}/b`, `${dir}/a`);
    await Deno.symlink(`${dir}/a`, `${dir}/b`);
    const loop = await assertRejects(() => Deno.readFile(`${dir}/a`));
    const explained = explainMachineError(loop);
    assertInstanceOf(explained, InputError);
    assertMatch(explained.message, /^Cannot go on with \w+ '.*\/a': links lead in a circle$/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
  const withCode = (code: string) => Object.assign(new Error("failed"), { code });
  for (const code of "EBUSY EXDEV EIO EDQUOT ELOOP ENOSPC EROFS EMFILE".split(" ")) {
    const explained = explainMachineError(withCode(code));
    assertInstanceOf(explained, InputError, code);
    assertMatch(explained.message, /^Cannot go on: [a-z -]+$/);
  }
  for (const error of [withCode("ENOENT"), withCode(""), new TypeError("x"), "text", undefined]) {
    assertEquals(explainMachineError(error), error);
  }
});
