import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder, namesIn, runMain, runProcess, spawnMain } from "../../command_line.ts";
import { tinyImages, writeTinyRun } from "../../tiny_run.ts";

const LABELS = [1, 4, 8, 4];

/** Runs `vae` in a folder with a run and test images. */
async function inTestFolder(
  test: (vae: (...args: string[]) => ReturnType<typeof runMain>, dir: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/vae.pth`);
    const images = ndarray("uint8", [4, 16], tinyImages(LABELS));
    await Deno.writeFile(`${dir}/test.npz`, encodeNpz({ images }));
    await test((...args) => runMain("infer/vae/main.ts", args, { cwd: dir }), dir);
  });
}

Deno.test("vae train writes the run and its mixture, and the other words take them", async () => {
  await inFolder(async (dir) => {
    const count = 60;
    const labels = Array.from({ length: count }, (_, i) => [1, 4, 8][i % 3]);
    const pixels = tinyImages(labels);
    const few = ndarray("int64", [15], BigInt64Array.from(labels.slice(0, 15), BigInt));
    const files = {
      train: { images: ndarray("uint8", [count, 16], pixels) },
      val: { images: ndarray("uint8", [15, 16], pixels.slice(0, 15 * 16)), labels: few },
    };
    for (const [name, arrays] of Object.entries(files)) {
      await Deno.writeFile(`${dir}/${name}.npz`, encodeNpz(arrays));
    }
    const words = ["train.npz", "val.npz", "train", "vae.pth", "gmm.json"];
    const options = { cwd: dir, permissions: ["--allow-run", "--allow-env"] };
    const trained = await runProcess("infer/vae/main.ts", words, options);
    assertEquals(trained.code, 0, trained.stderr);
    const vae = async (...words: string[]) => {
      const { code, stderr } = await runMain("infer/vae/main.ts", words, { cwd: dir });
      assertEquals(code, 0, stderr);
    };
    const fitted = await Deno.readTextFile(`${dir}/gmm.json`);
    assertEquals(await Deno.readTextFile(`${dir}/vae.pth/gmm.json`), fitted);
    await vae("train.npz", "test_reconstruction", "vae.pth");
    await vae("train.npz", "test_classifier", "vae.pth", "gmm.json");
    const rows = (await Deno.readTextFile(`${dir}/vae.csv`)).trimEnd().split("\n").slice(1);
    // Three kinds of images that could not be more unlike.
    assertEquals(rows.map(Number), labels);
  });
});

Deno.test("vae train says what training says, and ends as it does", async () => {
  await inFolder(async (dir) => {
    const words = ["none.npz", "val.npz", "train", "vae.pth", "gmm.json"];
    const { code, stderr } = await runProcess("infer/vae/main.ts", words, {
      cwd: dir,
      permissions: ["--allow-run", "--allow-env"],
    });
    assertEquals(code, 1);
    assertMatch(stderr, /"none.npz": there is no such file/);
    assertEquals(namesIn(dir), []);
  });
});

Deno.test({
  name: "vae train passes a signal on to training, which says how to go on",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      const labels = Array.from({ length: 300 }, (_, i) => [1, 4, 8][i % 3]);
      const few = ndarray("int64", [15], BigInt64Array.from(labels.slice(0, 15), BigInt));
      const images = (count: number) =>
        ndarray("uint8", [count, 16], tinyImages(labels.slice(0, count)));
      await Deno.writeFile(`${dir}/train.npz`, encodeNpz({ images: images(300) }));
      await Deno.writeFile(`${dir}/val.npz`, encodeNpz({ images: images(15), labels: few }));
      const child = spawnMain(
        "infer/vae/main.ts",
        ["train.npz", "val.npz", "train", "run", "gmm.json"],
        { cwd: dir, permissions: ["--allow-run", "--allow-env"] },
      );
      // Of both processes: the stream ends only when both have.
      let said = "";
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        if (!said.includes("epoch ") && text.includes("epoch ")) child.kill("SIGTERM");
        said += text;
      }
      await child.stdout.cancel();
      assertEquals((await child.status).code, 143);
      assertMatch(said, /\nto go on: deno task train --model vae --train train.npz .* --resume\n$/);
      assertEquals(namesIn(dir), ["run.partial", "train.npz", "val.npz"]);
    });
  },
});

const MISTAKES = [
  ["", "there are 0 words, of"],
  ["a.npz b.npz", "there are 2 words, of"],
  ["a.npz test vae.pth", '"test" stands where "test_reconstruction" is needed, as in'],
  ["a.npz b.npz train vae.pth", '"b.npz" stands where "test_classifier" is needed, as in'],
  ["a.npz b.npz trian vae.pth gmm.json", '"trian" stands where "train" is needed, as in'],
] as const;

for (const [words, message] of MISTAKES) {
  Deno.test(`vae says what it takes if the words are "${words}"`, async () => {
    await inTestFolder(async (vae, dir) => {
      const before = namesIn(dir);
      const { code, stderr } = await vae(...words.split(" ").filter((word) => word !== ""));
      assertEquals(code, 1);
      assertEquals(stderr.startsWith(`Cannot run vae: ${message} "T`), true, stderr);
      assertEquals(stderr.split("\n").length, 2);
      assertEquals(namesIn(dir), before);
    });
  });
}
