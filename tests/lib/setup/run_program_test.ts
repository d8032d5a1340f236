import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { runProgram } from "../../../lib/setup/run_program.ts";

/** Runs a program given as text. */
function run(program: string, causes: readonly (readonly [RegExp, string])[] = []) {
  return runProgram(Deno.execPath(), ["eval", "--no-config", program], {
    action: "test",
    missing: "install it",
    causes,
  });
}

Deno.test("runProgram() gives standard output, in a plain environment", async () => {
  assertEquals(await run('console.log(Deno.env.get("NO_COLOR"), Deno.env.get("LC_ALL"))'), "1 C\n");
});

Deno.test("runProgram() throws if there is no such program", async () => {
  const options = { action: "test", missing: "install it" };
  await assertRejects(
    () => runProgram("no-such-program", [], options),
    InputError,
    "Cannot test: there is no program no-such-program, install it",
  );
});

Deno.test("runProgram() explains a failure it knows, and else shows the last lines", async () => {
  const fails = 'for (let i = 0; i < 9; i++) console.error("line " + i); Deno.exit(1);';
  await assertRejects(
    () => run(fails, [[/line 99/, "never"], [/line 3/, "the known reason"], [/line/, "later"]]),
    InputError,
    "Cannot test: the known reason",
  );
  const error = await assertRejects(() => run(fails), InputError);
  assertEquals(error.message.split("\n").slice(1), [3, 4, 5, 6, 7, 8].map((i) => `line ${i}`));
});
