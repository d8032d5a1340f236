import { assertEquals, assertMatch } from "@std/assert";
import sharp from "sharp";
import { readNpz } from "../../lib/data/npz.ts";
import { inTinyFolder } from "./tiny_folder.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { writeTinyRun } from "../tiny_run.ts";

Deno.test("generate draws samples and the latent plane, the same for the same seed", async () => {
  await inTinyFolder(async (run, dir) => {
    const flags = ["--run", "run", "--count", "10", "--seed", "3", "--out"];
    const { code, stdout, stderr } = await run("generate", ...flags, "a");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout,
      "10 samples from the prior: a/samples.png, .npz\n" +
        "the latent plane at 20x20 normal quantiles: a/manifold.png, .npz\n",
    );
    assertEquals(namesIn(`${dir}/a`), [
      "manifold.npz",
      "manifold.png",
      "samples.npz",
      "samples.png",
    ]);
    const samples = await readNpz(`${dir}/a/samples.npz`);
    assertEquals([samples.images.shape, samples.z.shape], [[10, 4, 4, 1], [10, 2]]);
    const plane = await readNpz(`${dir}/a/manifold.npz`);
    assertEquals([plane.images.shape, plane.z.shape], [[400, 4, 4, 1], [400, 2]]);
    const { width, height } = await sharp(`${dir}/a/manifold.png`).metadata();
    assertEquals([width, height], [20 * 56, 20 * 56]);

    assertEquals((await run("generate", ...flags, "b")).code, 0);
    for (const name of namesIn(`${dir}/a`)) {
      assertEquals(
        await Deno.readFile(`${dir}/a/${name}`),
        await Deno.readFile(`${dir}/b/${name}`),
      );
    }
    assertEquals((await run("generate", "--run", "run", "--out", "b", "--force")).code, 0);
    assertEquals((await readNpz(`${dir}/b/samples.npz`)).images.shape[0], 100);
  });
});

Deno.test("generate moves along each axis if there are not two", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`, 3);
    const args = ["generate", "--run", "run", "--from", "mixture", "--side", "5"];
    const { code, stdout, stderr } = await runMain("infer/main.ts", args, { cwd: dir });
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /\nthe latent space has 3 axes, a plane needs 2, so each axis at 5 normal/);
    assertEquals((await readNpz(`${dir}/generated/traversals.npz`)).z.shape, [15, 3]);
    assertEquals((await readNpz(`${dir}/generated/samples.npz`)).z.shape, [100, 3]);
  });
});
