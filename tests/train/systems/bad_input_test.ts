import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpy } from "../../../lib/data/npy.ts";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { readRun } from "../../../lib/run/run_folder.ts";
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
  ["dcgan --train unlabelled.npz --schedule plateau", /another schedule is needed$/],
  ["classifier --train unlabelled.npz", /it has no labels, a label for each image is needed$/],
  ["classifier --train one_class.npz", /all images have label 3, at least two classes are needed$/],
  [
    "classifier --train lonely.npz",
    /^Cannot hold out a share of 0.2 of class 1: it has one image, .*; --validation-split 0 holds out none$/,
  ],
  ["classifier --train train.npz --val empty.npz", /"empty.npz"/],
  ["classifier --train train.npz --encoder none", /"none"/],
  ["classifier --train train.npz --fine-tune", /without --encoder: a run is needed$/],
  ["classifier --train train.npz --optimizer adm", /one of adam, adamw, sgd, rmsprop$/],
  ["classifier --train train.npz --clip-norm -1", /^Cannot use --clip-norm: /],
  [
    "classifier --train train.npz --sample-weight weights.npy",
    /the shape \[3\], there are 200 training images, one number each is needed$/,
  ],
  [
    "vae --train unlabelled.npz --val val.npz --reconstruction-epochs 1",
    /^Cannot train with --reconstruction-epochs: images of 4x4 have no SSIM, at least 7x7 is needed$/,
  ],
  ["dcgan --train nan.npz", /has a pixel of NaN/],
  ["cvae --train nan.npz", /has a pixel of NaN/],
  ["vae --train nan.npz", /has a pixel of NaN/],
  ["few-labels --train nan.npz", /has a pixel of NaN/],
  ["classifier --train nan.npz", /has a pixel of NaN/],
  [
    "dcgan --train unlabelled.npz --preset assignment",
    /^Cannot use --preset: there is no such flag/,
  ],
  ["vae --train unlabelled.npz --preset homework", /^Cannot use --preset: .* one of assignment$/],
];

/** Labels of files that teach nothing. */
const LABELS = {
  one_class: new Array(40).fill(3),
  lonely: [...new Array(40).fill(0), 1],
  empty: [] as number[],
};

for (const [words, message] of FAULTS) {
  Deno.test(`train --model ${words} fails in one sentence and writes nothing`, async () => {
    await inFolder(async (dir) => {
      await writeTinyFiles(dir);
      const pixels = new Float32Array(200 * 16).fill(0.5);
      const images = ndarray("float32", [200, 4, 4], pixels.with(7 * 16 + 3, NaN));
      await Deno.writeFile(`${dir}/nan.npz`, encodeNpz({ images }));
      const slim = ndarray("uint8", [200, 8, 1], new Uint8Array(1600));
      await Deno.writeFile(`${dir}/slim.npz`, encodeNpz({ images: slim }));
      for (const [name, labels] of Object.entries(LABELS)) {
        const part = {
          images: ndarray("uint8", [labels.length, 4, 4], new Uint8Array(labels.length * 16)),
        };
        const given = ndarray("int64", [labels.length], BigInt64Array.from(labels, BigInt));
        await Deno.writeFile(`${dir}/${name}.npz`, encodeNpz({ ...part, labels: given }));
      }
      await Deno.writeFile(
        `${dir}/weights.npy`,
        encodeNpy(ndarray("float32", [3], Float32Array.of(1, 1, 1))),
      );
      const before = namesIn(dir);
      const args = ["--model", ...words.split(" "), "--batch-size", "20"];
      const { code, stderr } = await runMain("train/main.ts", args, { cwd: dir });
      assertMatch(stderr, /^[^\n]+\n$/); // one line, so no stack
      assertMatch(stderr.trimEnd(), message);
      assertEquals([code, namesIn(dir)], [1, before]);
    });
  });
}

for (const words of ["autoencoder --network conv", "vae --network conv", "vq-vae", "dcgan"]) {
  Deno.test(`no image is too small for train --model ${words}: one pixel`, async () => {
    await inFolder(async (dir) => {
      const pixels = Uint8Array.from({ length: 40 }, (_, i) => 37 * i % 256);
      const images = ndarray("uint8", [40, 1, 1], pixels);
      const labels = ndarray("int64", [40], BigInt64Array.from(pixels, (_, i) => BigInt(i % 2)));
      await Deno.writeFile(`${dir}/small.npz`, encodeNpz({ images, labels }));
      const few =
        "--train small.npz --epochs 1 --batch-size 10 --engine onnx --threads 1 --out run";
      const args = ["--model", ...words.split(" "), ...few.split(" ")];
      const { code, stderr } = await runMain("train/main.ts", args, { cwd: dir });
      assertEquals(code, 0, stderr);
      assertEquals((await readRun(`${dir}/run`)).manifest.imageShape, [1, 1, 1]);
    });
  });
}
