import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { InputError } from "../../../../../lib/input_error.ts";
import {
  findLibtensorflow,
  unpackWheel,
} from "../../../../../train/tfjs/node/setup/libtensorflow.ts";
import { checkGivenWheel, WHEELS } from "../../../../../train/tfjs/node/setup/wheels.ts";
import { namesIn } from "../../../../command_line.ts";
import { withHome } from "../with_home.ts";

const HEADERS = { "include/tensorflow/c/c_api.h": "", "include/tensorflow/c/eager/c_api.h": "" };

/** What a wheel of TensorFlow holds, as far as it matters. */
const CONTENT: Readonly<Record<string, string>> = {
  "tensorflow/libtensorflow_cc.so.2": "cc",
  "tensorflow/libtensorflow_framework.so.2": "framework",
  "tensorflow/libother.so": "other",
  "tensorflow/__init__.py": "",
  "tensorflow/include/tensorflow/c/c_api.h": "// c_api",
  "tensorflow/include/tensorflow/c/eager/c_api.h": "// eager",
  "tensorflow/include/tensorflow/core/platform/ctstring.h": "// ctstring",
  "tensorflow/include/tensorflow/core/platform/env.h": "// env",
};

function wheelOf(content: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(content).map(([path, text]) => [
    path,
    new TextEncoder().encode(text),
  ]);
  return zipSync(Object.fromEntries(entries));
}

Deno.test("findLibtensorflow() finds the libraries under the names of each distribution", async () => {
  const distributions = [
    ["lib/libtensorflow.so.2", "lib/libtensorflow_framework.so.2"],
    ["lib/libtensorflow.so", "lib/libtensorflow_framework.so"],
    // The folder of an installed Python package.
    ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  ];
  for (const [c, framework] of distributions) {
    await withHome({ ...HEADERS, [c]: "", [framework]: "" }, async (home) => {
      const root = await Deno.realPath(home);
      assertEquals(await findLibtensorflow(home), {
        include: `${root}/include`,
        libraries: [`${root}/${c}`, `${root}/${framework}`],
      });
    });
  }
});

Deno.test("findLibtensorflow() throws if a header or a library is missing, naming it", async () => {
  const cases = [
    [{ "lib/libtensorflow.so.2": "" }, /: include\/tensorflow\/c\/c_api\.h is missing, a folder/],
    [HEADERS, /: lib\/libtensorflow\.so is missing, a folder/],
    [
      { ...HEADERS, "lib/libtensorflow.so.2": "" },
      /: lib\/libtensorflow_framework\.so is missing, a folder/,
    ],
  ] as const;
  for (const [files, expected] of cases) {
    await withHome(files, async (home) => {
      const error = await assertRejects(() => findLibtensorflow(home), InputError);
      assertMatch(error.message, expected);
    });
  }
});

Deno.test("unpackWheel() takes libraries and the headers of the C interface, and nothing else", async () => {
  await withHome({ "x.whl": wheelOf(CONTENT) }, async (home) => {
    const into = `${home}/libtensorflow`;
    await unpackWheel(`${home}/x.whl`, into);
    assertEquals(namesIn(into), ["include", "lib"]);
    assertEquals(namesIn(`${into}/lib`), ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]);
    assertEquals(await Deno.readTextFile(`${into}/lib/libtensorflow_cc.so.2`), "cc");
    assertEquals(namesIn(`${into}/include/tensorflow/core/platform`), ["ctstring.h"]);
    assertEquals((await findLibtensorflow(into)).libraries.length, 2);
  });
});

Deno.test("unpackWheel() throws if the file is no wheel of TensorFlow, or damaged", async () => {
  const { "tensorflow/libtensorflow_cc.so.2": _, ...lacking } = CONTENT;
  const whole = wheelOf(CONTENT);
  const damaged = whole.slice();
  // In the bytes of the first library.
  damaged[30 + "tensorflow/libtensorflow_cc.so.2".length] ^= 0xff;
  const cases = [
    [new TextEncoder().encode("no zip, but some text"), /Cannot read .*cut short/],
    [wheelOf(lacking), /it holds 1 of its 2 libraries for Linux, a wheel of tensorflow/],
    [damaged, /Cannot read .*damaged/],
  ] as const;
  for (const [bytes, expected] of cases) {
    await withHome({ "x.whl": bytes }, async (home) => {
      const unpacked = () => unpackWheel(`${home}/x.whl`, `${home}/libtensorflow`);
      assertMatch((await assertRejects(unpacked, InputError)).message, expected);
    });
  }
});

Deno.test("checkGivenWheel() throws if a wheel with a known name is another", async () => {
  const { file, sha256 } = WHEELS.cpu;
  await withHome({ [file]: "something", "tensorflow-9.9.9.whl": "something" }, async (home) => {
    const { message } = await assertRejects(() => checkGivenWheel(`${home}/${file}`), InputError);
    assertMatch(message, /its SHA-256 is [0-9a-f]{64}/);
    assertEquals(message.includes(sha256.slice(0, 8)) || message.includes(file), true);
    await checkGivenWheel(`${home}/tensorflow-9.9.9.whl`);
  });
});
