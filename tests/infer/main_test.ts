import { assert, assertEquals, assertMatch } from "@std/assert";
import sharp from "sharp";
import { encodeNpz, readNpz } from "../../lib/data/npz.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";

const LABELS = [1, 4, 8, 8, 4, 1, 1, 4];

/** Runs a command in a folder that has a run and images in several shapes. */
async function inTinyFolder(
  test: (
    run: (...args: string[]) => ReturnType<typeof runMain>,
    dir: string,
  ) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const pixels = tinyImages(LABELS);
    const floats = Float32Array.from(pixels, (value) => value / 255);
    const labels = ndarray("int64", [8], BigInt64Array.from(LABELS, BigInt));
    const files: Record<string, Record<string, NdArray>> = {
      "images.npz": { images: ndarray("uint8", [8, 4, 4], pixels), labels },
      "rows.npz": { data: ndarray("uint8", [8, 16], pixels) },
      "floats.npz": { x: ndarray("float32", [8, 4, 4, 1], floats), y: labels },
      "one.npz": { images: ndarray("uint8", [1, 4, 4], pixels.slice(0, 16)) },
    };
    for (const [name, arrays] of Object.entries(files)) {
      await Deno.writeFile(`${dir}/${name}`, encodeNpz(arrays));
    }
    await test((...args) => runMain("infer/main.ts", args, { cwd: dir }), dir);
  });
}

Deno.test("classify writes one label a row in order, and scores labelled images", async () => {
  await inTinyFolder(async (run, dir) => {
    const { code, stdout, stderr } = await run("classify", "images.npz", "--run", "run");
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^8 images classified in \S+: vae.csv\naccuracy 1\.000, F1 macro 1\.000 /);
    const csv = await Deno.readTextFile(`${dir}/vae.csv`);
    assertEquals(csv, `Predicted_Label\n${LABELS.join("\n")}\n`);
    assertEquals(namesIn(dir).filter((name) => name.includes("tmp")), []);
  });
});

Deno.test("classify says the same of floats and bytes, and adds probabilities", async () => {
  await inTinyFolder(async (run, dir) => {
    const flags = ["--run", "run", "--probabilities", "--out"];
    assertEquals((await run("classify", "images.npz", ...flags, "bytes.csv")).code, 0);
    assertEquals((await run("classify", "floats.npz", ...flags, "floats.csv")).code, 0);
    const csv = await Deno.readTextFile(`${dir}/bytes.csv`);
    assertEquals(await Deno.readTextFile(`${dir}/floats.csv`), csv);
    const [header, ...rows] = csv.trimEnd().split("\n").map((row) => row.split(","));
    assertEquals(header, [
      "Predicted_Label",
      "Probability_1",
      "Probability_4",
      "Probability_8",
      "Log_Likelihood",
    ]);
    rows.forEach(([label, ...numbers], i) => {
      assertEquals(label, String(LABELS[i]));
      const [one, four, eight, logLikelihood] = numbers.map(Number);
      assert(Math.abs(one + four + eight - 1) < 1e-6);
      assert(logLikelihood < 0 && logLikelihood > -5);
    });
  });
});

Deno.test("classify takes one image, and a folder of pictures of another size", async () => {
  await inTinyFolder(async (run, dir) => {
    assertEquals((await run("classify", "one.npz", "--run", "run")).code, 0);
    assertEquals(await Deno.readTextFile(`${dir}/vae.csv`), "Predicted_Label\n1\n");

    await Deno.mkdir(`${dir}/pictures`);
    for (const [name, light] of [["a", 0], ["b", 1]] as const) {
      const pixels = Uint8Array.from(
        { length: 20 * 20 },
        (_, p) => p % 20 < 10 === !light ? 230 : 9,
      );
      const png = encodePng({ width: 20, height: 20, pixels, channels: 1 });
      await Deno.writeFile(`${dir}/pictures/${name}.png`, png);
    }
    const { code, stderr } = await run("classify", "pictures", "--run", "run", "--force");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await Deno.readTextFile(`${dir}/vae.csv`), "Predicted_Label\n1\n4\n");
  });
});

Deno.test("classify says which labels the run does not know", async () => {
  await inTinyFolder(async (run, dir) => {
    const labels = ndarray("int32", [8], Int32Array.of(1, 4, 8, 7, 4, 1, 1, 0));
    const images = ndarray("uint8", [8, 4, 4], tinyImages(LABELS));
    await Deno.writeFile(`${dir}/other.npz`, encodeNpz({ images, labels }));
    const { stdout } = await run("classify", "other.npz", "--run", "run");
    assertMatch(stdout, /accuracy 0\.7500/);
    assertMatch(stdout, /\n2 images have labels that the run does not know \(0, 7\): wrong\n$/);
  });
});

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

Deno.test("generate draws samples and the latent plane, the same for the same seed", async () => {
  await inTinyFolder(async (run, dir) => {
    const flags = ["--run", "run", "--samples", "10", "--seed", "3", "--out"];
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

Deno.test("every command has help with examples, and writes nothing for it", async () => {
  await inFolder(async (dir) => {
    const all = await runMain("infer/main.ts", ["--help"], { cwd: dir });
    for (const command of ["classify", "reconstruct", "generate"]) {
      assertMatch(all.stdout, new RegExp(`^ {2}${command} `, "m"));
      const { code, stdout, stderr } = await runMain("infer/main.ts", [command, "--help"], {
        cwd: dir,
      });
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, new RegExp(`^Usage: deno task ${command} .*--run RUN \\[flags\\]$`, "m"));
      assertMatch(stdout, new RegExp(`^Examples:\n {2}# .*\n {2}deno task ${command} `, "m"));
    }
    assertEquals(namesIn(dir), []);
  });
});
