import { assertEquals } from "@std/assert";
import { encodeNpz, readNpz } from "../../../lib/data/npz.ts";
import { formatMixture } from "../../../lib/latent/mixture_json.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder, namesIn, runMain } from "../../command_line.ts";
import { tinyImages, tinyMixture, writeTinyRun } from "../../tiny_run.ts";

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

Deno.test("vae test_reconstruction writes vae_reconstructed.npz, again and again", async () => {
  await inTestFolder(async (vae, dir) => {
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await vae("test.npz", "test_reconstruction", "vae.pth");
      assertEquals([code, stderr], [0, ""]);
    }
    assertEquals((await readNpz(`${dir}/vae_reconstructed.npz`)).images.shape, [4, 16]);
  });
});

Deno.test("vae test_classifier writes vae.csv with the mixture that is given", async () => {
  await inTestFolder(async (vae, dir) => {
    const words = ["test.npz", "test_classifier", "vae.pth"];
    const { code, stderr } = await vae(...words, "vae.pth/gmm.json");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await Deno.readTextFile(`${dir}/vae.csv`), `Predicted_Label\n1\n4\n8\n4\n`);

    // Not the run's own: one that calls the first cluster 100.
    const other = { ...tinyMixture(), classes: [4, 8, 100] };
    const [member] = other.members;
    const members = [{ ...member, componentClass: [2, 0, 1] }];
    await Deno.writeTextFile(`${dir}/gmm.json`, formatMixture({ ...other, members }));
    assertEquals((await vae(...words, "gmm.json")).code, 0);
    assertEquals(await Deno.readTextFile(`${dir}/vae.csv`), `Predicted_Label\n100\n4\n8\n4\n`);
  });
});

Deno.test("vae test_classifier says so if the mixture is of another latent space", async () => {
  await inTestFolder(async (vae, dir) => {
    await Deno.writeTextFile(`${dir}/gmm.json`, formatMixture(tinyMixture(3)));
    const before = namesIn(dir);
    const { code, stdout, stderr } = await vae(
      "test.npz",
      "test_classifier",
      "vae.pth",
      "gmm.json",
    );
    assertEquals(
      [code, stdout, stderr],
      [1, "", 'Cannot use mixture "gmm.json": it has 3 axes, run "vae.pth" has 2\n'],
    );
    assertEquals(namesIn(dir), before);
  });
});
