import { assertEquals } from "@std/assert";
import { linesOf } from "../../../lib/files/lines.ts";

async function linesIn(...parts: Uint8Array[]): Promise<string[]> {
  return await Array.fromAsync(linesOf(ReadableStream.from(parts)));
}

Deno.test("linesOf() joins what parts of a stream cut, within a letter too", async () => {
  const bytes = new TextEncoder().encode("a\nzwölf\n\nlast");
  const cut = bytes.indexOf(0xc3) + 1;
  const expected = ["a", "zwölf", "", "last"];
  assertEquals(await linesIn(bytes), expected);
  assertEquals(await linesIn(bytes.subarray(0, cut), bytes.subarray(cut)), expected);
});

Deno.test("linesOf() gives no line for an end, nor for nothing", async () => {
  assertEquals(await linesIn(new TextEncoder().encode("a\n")), ["a"]);
  assertEquals(await linesIn(), []);
});
