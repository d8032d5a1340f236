import { assertEquals } from "@std/assert";
import { platform as node } from "../../../lib/platform/node.ts";
import { platform } from "../../../lib/platform/platform.ts";

Deno.test("the platform is Deno, with every function that Node.js has too", () => {
  assertEquals(platform.runtime, ["deno", Deno.version.deno]);
  assertEquals(platform.dlopen, Deno.dlopen);
  const lacking = Object.keys(node).filter((name) => !(name in platform));
  assertEquals(lacking, []);
});
