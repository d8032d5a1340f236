import { assertEquals } from "@std/assert";
import { cString, openCLibrary } from "../../../lib/runtime/c_library.ts";

Deno.test("cString() ends text with a zero byte, and counts bytes", () => {
  assertEquals([...cString("né")], [110, 0xc3, 0xa9, 0]);
});

Deno.test({
  name: "openCLibrary() calls a function of the C library",
  ignore: Deno.build.os === "windows",
  fn() {
    const library = openCLibrary({ strlen: { parameters: ["buffer"], result: "usize" } })!;
    assertEquals(library.symbols.strlen(cString("seven b")), 7n);
    library.close();
  },
});
