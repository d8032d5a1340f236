import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { compile, findCompiler } from "../../../train/native/compiler.ts";
import { inFolder } from "../../command_line.ts";

Deno.test("findCompiler() takes the first that works, and says how to get one where none does", async () => {
  const found = await findCompiler(["no-such-compiler", "cc"]);
  assertEquals(found.command, "cc");
  assertMatch(found.target, /#define __STDC__ 1/);
  const error = await assertRejects(() => findCompiler(["no-such-compiler"]), InputError);
  assertMatch(
    error.message,
    /^Cannot compile: there is no C compiler \(no-such-compiler\), .+ brings one$/,
  );
});

Deno.test("findCompiler() says what a compiler that fails says", async () => {
  const error = await assertRejects(() => findCompiler(["false"]), InputError);
  assertMatch(error.message, /^Cannot compile: false ended with code 1, /);
});

Deno.test("compile() gives the compiler's first error", async () => {
  await inFolder(async (dir) => {
    const compiler = await findCompiler();
    const error = await assertRejects(
      () => compile(compiler, { source: "int f(void) { return x; }", out: `${dir}/a.so` }),
      InputError,
    );
    assertMatch(error.message, /^Cannot compile: cc ended with code 1, .*error: .*x/);
  });
});
