import { assert, assertEquals, assertMatch } from "@std/assert";
import { readNpz } from "../../lib/data/npz.ts";
import { inTinyFolder } from "./tiny_folder.ts";

Deno.test("reconstruct keeps the shape that the images came in", async () => {
  await inTinyFolder(async (run, dir) => {
    for (const [file, shape] of [["rows", [8, 16]], ["floats", [8, 4, 4, 1]]] as const) {
      const args = ["reconstruct", `${file}.npz`, "--run", "run", "--force"];
      const { code, stdout, stderr } = await run(...args);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(
        stdout,
        /^8 images reconstructed in \S+: vae_reconstructed.npz\nMSE 0\.007\d+, SSIM none/,
      );
      const { images } = await readNpz(`${dir}/vae_reconstructed.npz`);
      assertEquals([images.dtype, images.shape], ["float32", shape]);
      const pixels = images.data as Float32Array;
      assert(pixels.every((value) => value >= 0 && value <= 1));
      // The first image is light on the left.
      assert(pixels[0] > 0.8 && pixels[3] < 0.2);
    }
  });
});
