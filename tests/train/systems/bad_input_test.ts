import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder, namesIn, runMain } from "../../command_line.ts";
import { writeTinyFiles } from "../tiny_files.ts";

/** What a person may get wrong: the words after `train --model`, and the sentence. */
const FAULTS: readonly (readonly [words: string, message: RegExp])[] = [
  [
    "cvae --train unlabelled.npz",
    /^Cannot train cvae with --condition label: the images to train on have no labels, .* or --condition part$/,
  ],
  [
    "cvae --train unlabelled.npz --condition parts",
    /^Cannot use --condition: .* one of label, part$/,
  ],
  [
    "cvae --train unlabelled.npz --condition part --given 4",
    /^Cannot use --given: .*"4", it needs/,
  ],
  ["cvae --train slim.npz --condition part", /^Cannot train cvae: images of 8x1 have no quadrants/],
  ["cvae --train nan.npz --condition part", /image 7 \(the first is 0\) has a pixel of NaN/],
  ["autoencoder --train nan.npz", /image 7 \(the first is 0\) has a pixel of NaN/],
  ["autoencoder --train unlabelled.npz --latent-dim 0", /--network conv has$/],
  ["autoencoder --train unlabelled.npz --network convolution", /one of mlp, conv$/],
  ["autoencoder --train unlabelled.npz --corruption -1", /^Cannot use --corruption: /],
  ["autoencoder --train unlabelled.npz --max-params 9", /at most 9 are allowed$/],
  ["vq-vae --train nan.npz", /has a pixel of NaN/],
  ["vq-vae --train unlabelled.npz --codes 1", /^Cannot use --codes: /],
  ["dcgan --train nan.npz", /has a pixel of NaN/],
];

for (const [words, message] of FAULTS) {
  Deno.test(`train --model ${words} fails in one sentence and writes nothing`, async () => {
    await inFolder(async (dir) => {
      await writeTinyFiles(dir);
      const pixels = new Float32Array(200 * 16).fill(0.5);
      const images = ndarray("float32", [200, 4, 4], pixels.with(7 * 16 + 3, NaN));
      await Deno.writeFile(`${dir}/nan.npz`, encodeNpz({ images }));
      const slim = ndarray("uint8", [200, 8, 1], new Uint8Array(1600));
      await Deno.writeFile(`${dir}/slim.npz`, encodeNpz({ images: slim }));
      const before = namesIn(dir);
      const args = ["--model", ...words.split(" "), "--batch-size", "20", "--out", "run"];
      const { code, stderr } = await runMain("train/main.ts", args, { cwd: dir });
      assertMatch(stderr, /^[^\n]+\n$/); // one line, so no stack
      assertMatch(stderr.trimEnd(), message);
      assertEquals([code, namesIn(dir)], [1, before]);
    });
  });
}
