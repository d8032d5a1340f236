import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { explainFileError } from "../../../lib/files/file_error.ts";
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
