import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../../../lib/input_error.ts";
import { compileBinding } from "../../../../../train/tfjs/node/setup/compile.ts";
import { withHome, writeScript } from "../with_home.ts";

/** Compiles with a program that does what the lines of a shell script do. */
async function compileWith(script: string, use: (result: Promise<void>, home: string) => unknown) {
  await withHome({}, async (home) => {
    const compiler = await writeScript(`${home}/compiler`, script);
    const result = compileBinding({
      compiler,
      home,
      out: `${home}/tfjs_binding.node`,
      include: "/opt/tf/include",
      libraries: [`${home}/libtensorflow/lib/a.so.2`, "/opt/tf/lib/b.so"],
    });
    await use(result, home);
  });
}

Deno.test("compileBinding() has the binding find its libraries: beside it, or where they are", async () => {
  await compileWith('printf "%s\\n" "$@" > "$(dirname "$0")/words"', async (result, home) => {
    await result;
    const words = (await Deno.readTextFile(`${home}/words`)).split("\n");
    const rpaths = words.filter((word) => word.includes("rpath"));
    assertEquals(rpaths, ["-Wl,-rpath,$ORIGIN/libtensorflow/lib", "-Wl,-rpath,/opt/tf/lib"]);
    assertEquals(words[words.indexOf("-o") + 1], `${home}/tfjs_binding.node`);
  });
});

Deno.test("compileBinding() explains missing headers and a C library that is too old", async () => {
  const cases = [
    [
      "a.h:1:10: fatal error: tensorflow/core/platform/ctstring.h: No such file",
      /headers are incomplete/,
    ],
    [
      "ld: cc.so.2: undefined reference to 'log2f@GLIBC_2.27'",
      /C library is older .* glibc 2\.27 or newer is needed/,
    ],
    ["something else", /failed with these lines\nsomething else$/],
  ] as const;
  for (const [said, expected] of cases) {
    await compileWith(`echo "${said}" >&2; exit 1`, async (result) => {
      const { message } = await assertRejects(() => result, InputError);
      assertMatch(message, /^Cannot compile the binding: /);
      assertMatch(message, expected);
    });
  }
});
