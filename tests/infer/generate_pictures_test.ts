import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import { encodeNpz, readNpz } from "../../lib/data/npz.ts";
import { LABEL_TEMPERATURE } from "../../lib/latent/sample_conditional.ts";
import { GraphBuilder } from "../../lib/onnx/graph_builder.ts";
import { encodeModel } from "../../lib/onnx/proto.ts";
import { writeRun } from "../../lib/run/run_folder.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { tinyImages, tinyRun } from "../tiny_run.ts";

/** A decoder whose every pixel is the first latent variable times the first number of the condition. */
function conditionalDecoder(shape: readonly number[]): Uint8Array {
  const builder = new GraphBuilder({ name: "decoder" });
  const { op } = builder;
  const z = builder.input("z", "float32", ["batch", 2]);
  const condition = builder.input("condition", "float32", ["batch", ...shape]);
  const size = shape.reduce((a, b) => a * b);
  const pick = (length: number) => {
    const first = new Float32Array(length * 16).fill(1, 0, 16);
    return builder.constant(ndarray("float32", [length, 16], first));
  };
  const product = op.Mul(
    op.MatMul(z, pick(2)),
    op.MatMul(op.Reshape(condition, [-1, size]), pick(size)),
  );
  builder.output("images", op.Reshape(product, [-1, 4, 4, 1]), "float32", ["batch", 4, 4, 1]);
  return encodeModel({ graph: builder.build(), opset: 17 });
}

/** A prior of mean 3. */
function tinyPrior(conditionShape: number[], logVar: number): Uint8Array {
  const builder = new GraphBuilder({ name: "prior" });
  const { op } = builder;
  const condition = builder.input("condition", "float32", ["batch", ...conditionShape]);
  const size = sizeOf(conditionShape);
  const zeros = builder.constant(ndarray("float32", [size, 2], new Float32Array(2 * size)));
  const zero = op.MatMul(op.Reshape(condition, [-1, size]), zeros);
  builder.output("z_mean", op.Add(zero, 3), "float32", ["batch", 2]);
  builder.output("z_log_var", op.Add(zero, logVar), "float32", ["batch", 2]);
  return encodeModel({ graph: builder.build(), opset: 17 });
}

function inConditionalFolder(
  condition: "label" | "part",
  test: (generate: (words: string) => ReturnType<typeof runMain>, dir: string) => Promise<void>,
  { logVar = -40 } = {},
): Promise<void> {
  return inFolder(async (dir) => {
    const { files, description } = tinyRun();
    await writeRun(`${dir}/run`, {
      description: { ...description, condition },
      files: {
        ...files,
        "decoder.onnx": conditionalDecoder(condition === "label" ? [3] : [4, 4, 1]),
        "prior.onnx": tinyPrior(condition === "label" ? [3] : [4, 4, 1], logVar),
      },
    });
    const images = ndarray("uint8", [2, 4, 4], tinyImages([1, 4]));
    await Deno.writeFile(`${dir}/two.npz`, encodeNpz({ images }));
    const one = ndarray("uint8", [1, 4, 4], tinyImages([1]));
    await Deno.writeFile(`${dir}/one.npz`, encodeNpz({ images: one }));
    await test(
      (words) =>
        runMain("infer/main.ts", ["generate", "--run", "run", ...words.split(" ")], { cwd: dir }),
      dir,
    );
  });
}

Deno.test("generate decodes samples of a label, or of each in columns", async () => {
  await inConditionalFolder("label", async (generate, dir) => {
    const one = await generate("--label 1 --count 6 --out one");
    assertEquals([one.stdout, one.stderr, one.code], [
      `6 samples of label 1 at temperature ${LABEL_TEMPERATURE}: one/samples.png, .npz\n`,
      "",
      0,
    ]);
    const { images, z } = await readNpz(`${dir}/one/samples.npz`);
    // Label 1 is the first class, so every pixel is the first latent variable.
    assertEquals([images.shape, z.shape], [[6, 4, 4, 1], [6, 2]]);
    for (let i = 0; i < 6; i++) {
      assertAlmostEquals(Number(images.data[16 * i]), Number(z.data[2 * i]));
    }
    assertMatch(
      (await generate("--count 2 --out all")).stdout,
      /^2 samples of each label.*1, 4, 8/,
    );
    const all = await readNpz(`${dir}/all/samples.npz`);
    assertEquals(all.images.shape, [6, 4, 4, 1]);
    assertAlmostEquals(Number(all.z.data[0]), 3, 1e-6); // the mean of the prior
    // A row has one noise; of its classes only the first shows it.
    assertEquals([...all.z.data].slice(0, 2), [...all.z.data].slice(2, 4));
    assertAlmostEquals(Number(all.images.data[16]), 0);
    const wrong = await generate("--label 7 --out wrong");
    assertEquals(
      wrong.stderr,
      "Cannot generate images of label 7: the run was trained on 1, 4, 8\n",
    );
    assertEquals([wrong.code, namesIn(dir).includes("wrong")], [1, false]);
  });
});

Deno.test("generate completes parts of images from the prior that they have", async () => {
  await inConditionalFolder("part", async (generate, dir) => {
    const { stdout, stderr, code } = await generate("--complete two.npz --count 3");
    assertEquals([stderr, code], ["", 0]);
    assertMatch(stdout, /^3 completions of each of the 2 images of two.npz, a row each/);
    const { images, z } = await readNpz(`${dir}/generated/completions.npz`);
    assertEquals([images.shape, z.shape], [[6, 4, 4, 1], [6, 2]]);
    for (const value of z.data) assertAlmostEquals(Number(value), 3, 1e-6);
    // The first pixel of the first image, times 3; of the second image, which is dark there.
    const pixels = tinyImages([1, 4]);
    assertAlmostEquals(Number(images.data[0]), 3 * pixels[0] / 255, 1e-5);
    assertAlmostEquals(Number(images.data[3 * 16]), 3 * pixels[16] / 255, 1e-5);
    assertMatch((await generate("--out none")).stderr, /--complete must name a file of them\n$/);
  });
});

Deno.test("generate --temperature scales the noise of samples, and says where there is none", async () => {
  const noiseOf = async (path: string, mean: number) =>
    [...(await readNpz(path)).z.data].map((value) => Number(value) - mean);
  const checkScaled = (noise: number[], whole: number[], temperature: number) =>
    noise.forEach((value, i) => assertAlmostEquals(value, temperature * whole[i], 1e-5));
  await inConditionalFolder("label", async (generate, dir) => {
    for (const temperature of ["1", "0.2"]) {
      await generate(`--temperature ${temperature} --out ${temperature}`);
    }
    await generate("--out usual");
    const [whole, cold, usual] = await Promise.all(
      ["1", "0.2", "usual"].map((name) => noiseOf(`${dir}/${name}/samples.npz`, 3)),
    );
    checkScaled(cold, whole, 0.2);
    checkScaled(usual, whole, LABEL_TEMPERATURE);
    const { stderr, code } = await generate("--temperature 0 --out zero");
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot use --temperature: the value is "0", it needs a number above 0/);
  }, { logVar: 2 });
  await inConditionalFolder("part", async (generate, dir) => {
    await generate("--complete two.npz --out usual");
    await generate("--complete two.npz --temperature 0.5 --out cold");
    const [whole, cold] = await Promise.all(
      ["usual", "cold"].map((name) => noiseOf(`${dir}/${name}/completions.npz`, 3)),
    );
    checkScaled(cold, whole, 0.5);
  }, { logVar: 2 });
  await inFolder(async (dir) => {
    await writeRun(`${dir}/run`, tinyRun());
    const images = ndarray("uint8", [2, 4, 4], tinyImages([1, 4]));
    await Deno.writeFile(`${dir}/two.npz`, encodeNpz({ images }));
    const generate = (words: string) =>
      runMain("infer/main.ts", ["generate", "--run", "run", ...words.split(" ")], { cwd: dir });
    await generate("--from prior --out usual");
    await generate("--from prior --temperature 0.5 --out cold");
    const [whole, cold] = await Promise.all(
      ["usual", "cold"].map((name) => noiseOf(`${dir}/${name}/samples.npz`, 0)),
    );
    checkScaled(cold, whole, 0.5);
    for (const words of ["--between two.npz", "--from mixture"]) {
      const { stderr, code } = await generate(`${words} --temperature 0.5 --out bad`);
      assertMatch(stderr, /^Cannot use --temperature.* (nothing is sampled|takes one)\n$/);
      assertEquals([code, namesIn(dir).includes("bad")], [1, false]);
    }
  });
});

Deno.test("generate goes from one image to another, and says what it needs for it", async () => {
  await inConditionalFolder("label", async (generate) => {
    const { stderr } = await generate("--between two.npz --out way");
    assertMatch(
      stderr,
      /^Cannot find the way between images .* decodes nothing without a condition/,
    );
  });
  await inFolder(async (dir) => {
    await writeRun(`${dir}/run`, tinyRun());
    const images = ndarray("uint8", [2, 4, 4], tinyImages([1, 4]));
    await Deno.writeFile(`${dir}/two.npz`, encodeNpz({ images }));
    const one = ndarray("uint8", [1, 4, 4], tinyImages([1]));
    await Deno.writeFile(`${dir}/one.npz`, encodeNpz({ images: one }));
    const generate = (words: string) =>
      runMain("infer/main.ts", ["generate", "--run", "run", ...words.split(" ")], { cwd: dir });
    const { stdout, stderr } = await generate("--between two.npz --side 5");
    assertEquals(stderr, "");
    assertMatch(stdout, /^5 steps between the first two images of two.npz: .*png, .npz, .gif\n$/);
    const { z } = await readNpz(`${dir}/generated/between.npz`);
    const row = (i: number) => [...z.data].slice(2 * i, 2 * i + 2).map(Number);
    row(2).forEach((value, i) => assertAlmostEquals(value, (row(0)[i] + row(4)[i]) / 2, 1e-5));
    assertEquals(namesIn(`${dir}/generated`), ["between.gif", "between.npz", "between.png"]);
    for (
      const [words, message] of [
        ["--between one.npz", /^Cannot use "one.npz": it holds 1 images, at least 2 are needed\n$/],
        [
          "--label 1",
          /^Cannot generate images of label 1 .* takes no label, a run of cvae is needed/,
        ],
        ["--complete two.npz", /^Cannot complete images .* takes no parts of images/],
      ] as const
    ) {
      const { stderr, code } = await generate(`${words} --out bad`);
      assertMatch(stderr, message);
      assertEquals([code, namesIn(dir).includes("bad")], [1, false]);
    }
  });
});
