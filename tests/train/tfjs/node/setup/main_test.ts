import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, runMain } from "../../../../command_line.ts";

/** Runs the command with faulty words: its one sentence. Nothing is set up. */
async function errorOf(...args: string[]): Promise<string> {
  let sentence = "";
  await inFolder(async (cwd) => {
    const main = "train/tfjs/node/setup/main.ts";
    const { code, stdout, stderr } = await runMain(main, args, { cwd });
    assertEquals([code, stdout, stderr.trim().split("\n").length], [1, "", 1], stderr);
    sentence = stderr.trim();
  });
  return sentence;
}

Deno.test("setup:libtensorflow without a source, or with two, names the sources", async () => {
  assertEquals(
    await errorOf(),
    "Cannot set up libtensorflow: nothing is given, one of --from-pypi, --wheel, --libtensorflow, --from-npm is needed",
  );
  assertMatch(
    await errorOf("--from-pypi", "--wheel", "x.whl"),
    /^Cannot set up libtensorflow: --from-pypi and --wheel are given, one of /,
  );
});

Deno.test("setup:libtensorflow rejects --gpu without --from-pypi, and words it does not know", async () => {
  assertMatch(await errorOf("--gpu", "--from-npm"), /^Cannot use --gpu: .*--from-pypi/);
  assertMatch(await errorOf("--from-pipy"), /did you mean --from-pypi/);
});

Deno.test("setup:libtensorflow says what a folder lacks", async () => {
  assertEquals(
    await errorOf("--libtensorflow", "none"),
    'Cannot build against "none": there is no such folder, a folder with include/ and lib/ of libtensorflow is needed',
  );
});

Deno.test("setup:libtensorflow without a compiler names the package that brings one", async () => {
  assertEquals(
    await errorOf("--from-pypi", "--compiler", "no-such-compiler"),
    "Cannot compile the binding: there is no program no-such-compiler, install a C++ compiler (apt-get install g++) or name one with --compiler",
  );
});
