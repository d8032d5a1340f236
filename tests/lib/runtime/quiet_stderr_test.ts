import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, spawnProgram } from "../../command_line.ts";

/** Writes to standard error before, during and after quiet work, as native libraries do. */
const PROGRAM = `
import { cString, openCLibrary } from "./lib/runtime/c_library.ts";
import { quietStderr } from "./lib/runtime/quiet_stderr.ts";
const library = openCLibrary({ write: { parameters: ["i32", "buffer", "usize"], result: "isize" } });
const say = (text) => library.symbols.write(2, cString(text), BigInt(text.length));
say("before ");
const value = await quietStderr(() => { say("hidden "); return Promise.resolve(7); });
await quietStderr(() => { say("hidden "); return Promise.reject(new Error("x")); }).catch(() => {});
say("after");
console.log(value);
`;

Deno.test({
  name: "quietStderr() hides what is written to standard error, until the work ends or fails",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      const { code, stdout, stderr } = await spawnProgram(PROGRAM, dir).output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assertEquals([code, decode(stderr)], [0, "before after"]);
      assertMatch(decode(stdout), /^7\n$/);
    });
  },
});
