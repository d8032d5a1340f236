import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpz, readNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../lib/onnx/graph_builder.ts";
import { encodeModel } from "../../lib/onnx/proto.ts";
import { RUN_FILES, writeRun } from "../../lib/run/run_folder.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { tinyDecoder, tinyImages, tinyRun } from "../tiny_run.ts";

const LABELS = [1, 4, 1];

/** A classifier of 4x4 images without a latent space: class 1 is light on the left, 4 on the right. */
function tinyClassifier(input: "float32" | "uint8"): Uint8Array {
  const builder = new GraphBuilder({ name: "classifier" });
  const { op } = builder;
  const images = builder.input("images", input, ["batch", 4, 4, 1]);
  const rows = op.Reshape(op.Cast(images, { to: 1 }), [-1, 16]);
  const sides = Float32Array.from(
    { length: 32 },
    (_, i) => (i >> 1) % 4 < 2 === (i % 2 === 0) ? 1 : 0,
  );
  const sums = op.MatMul(rows, builder.constant(ndarray("float32", [16, 2], sides)));
  const labels = builder.constant(ndarray("int64", [2], BigInt64Array.of(1n, 4n)));
  const label = op.Gather(labels, op.ArgMax(sums, { axis: 1, keepdims: 0 }));
  builder.output("label", label, "int64", ["batch"]);
  builder.output("probabilities", op.Softmax(sums, { axis: -1 }), "float32", ["batch", 2]);
  return encodeModel({ graph: builder.build(), opset: 17 });
}

/** Runs commands beside a run of a system that writes only the given files. */
async function withRun(
  system: string,
  files: Readonly<Record<string, Uint8Array>>,
  test: (run: (...args: string[]) => ReturnType<typeof runMain>, dir: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    const { classes, latentDim, ...description } = tinyRun().description;
    await writeRun(`${dir}/run`, {
      files,
      description: {
        ...description,
        system,
        ...system === "classifier" && { classes: [1, 4] },
        ...system === "few-labels" && { latentDim: latentDim! },
        ...system === "dcgan" && { latentDim: latentDim! },
      },
    });
    assertEquals(classes?.length, 3);
    const images = ndarray("uint8", [3, 4, 4], tinyImages(LABELS));
    await Deno.writeFile(`${dir}/images.npz`, encodeNpz({ images }));
    await test((...args) => {
      const [main, ...rest] = args[0] === "explore"
        ? ["infer/explore/main.ts", ...args.slice(1)]
        : [
          "infer/main.ts",
          ...args,
        ];
      return runMain(main, [...rest, "--run", "run"], { cwd: dir });
    }, dir);
  });
}

Deno.test("classify takes a run without a latent space, and the others say what it lacks", async () => {
  const files = {
    [RUN_FILES.classifier]: tinyClassifier("float32"),
    [RUN_FILES.classifierUint8]: tinyClassifier("uint8"),
  };
  await withRun("classifier", files, async (run, dir) => {
    const { code, stderr } = await run("classify", "images.npz", "--probabilities");
    assertEquals([code, stderr], [0, ""]);
    const rows = (await Deno.readTextFile(`${dir}/vae.csv`)).trimEnd().split("\n");
    assertEquals(rows[0], "Predicted_Label,Probability_1,Probability_4");
    assertEquals(rows.slice(1).map((row) => row.split(",")[0]), LABELS.map(String));

    const before = namesIn(dir);
    for (
      const [args, message] of [
        [
          ["reconstruct", "images.npz"],
          'reconstruct images with run "run": its system ' +
          "classifier has no encoder.onnx and no decoder.onnx, " +
          "a run of --model vae or few-labels or autoencoder or vq-vae is needed",
        ],
        [
          ["generate"],
          'generate images with run "run": its system classifier has no decoder.onnx, ' +
          "a run of --model vae or few-labels or autoencoder or vq-vae is needed",
        ],
        [
          ["explore"],
          'explore with run "run": its system classifier has no encoder.onnx and no ' +
          "decoder.onnx and no latents.npz, a run of --model vae or few-labels is needed",
        ],
        [
          ["classify", "images.npz", "--force", "--outliers", "0.01"],
          "detect outliers: the classifier has no output outlier_score, a run that is trained again " +
          "has one",
        ],
      ] as const
    ) {
      const { code, stderr } = await run(...args);
      assertEquals([code, stderr], [1, `Cannot ${message}\n`]);
    }
    assertEquals(namesIn(dir), before);
  });
});

Deno.test("generate samples from a generator, and says that its run has no mixture", async () => {
  const files = { [RUN_FILES.generator]: encodeModel(tinyDecoder()) };
  await withRun("dcgan", files, async (run, dir) => {
    const { code, stderr } = await run("generate", "--count", "7", "--side", "3");
    assertEquals([code, stderr], [0, ""]);
    const { images, z } = await readNpz(`${dir}/generated/samples.npz`);
    assertEquals([images.shape, z.shape], [[7, 4, 4, 1], [7, 2]]);
    const mixture = await run("generate", "--from", "mixture", "--force");
    assertMatch(mixture.stderr, /^Cannot read run "run": its manifest lists no gmm\.json, /);
  });
});

Deno.test("reconstruct decodes the codes of an encoder without latent means", async () => {
  const builder = new GraphBuilder({ name: "encoder" });
  const { op } = builder;
  const images = builder.input("images", "float32", ["batch", 4, 4, 1]);
  builder.output("codes", op.Cast(images, { to: 7 }), "int64", ["batch", 4, 4, 1]);
  builder.output("z", op.Neg(images), "float32", ["batch", 4, 4, 1]);
  const encoder = encodeModel({ graph: builder.build(), opset: 17 });
  const decoding = new GraphBuilder({ name: "decoder" });
  const z = decoding.input("z", "float32", ["batch", 4, 4, 1]);
  decoding.output("images", decoding.op.Neg(z), "float32", ["batch", 4, 4, 1]);
  const decoder = encodeModel({ graph: decoding.build(), opset: 17 });
  const files = { [RUN_FILES.encoder]: encoder, [RUN_FILES.decoder]: decoder };
  await withRun("vq-vae", files, async (run, dir) => {
    const { code, stdout, stderr } = await run("reconstruct", "images.npz");
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /\nMSE 0, /);
    const { images } = await readNpz(`${dir}/vae_reconstructed.npz`);
    assertEquals(images.shape, [3, 4, 4]);
  });
});

Deno.test("a run that waits for names says how it gets them", async () => {
  await withRun("few-labels", { [RUN_FILES.labelling]: new Uint8Array() }, async (run) => {
    for (
      const [action, ...args] of [["use", "classify", "images.npz"], ["explore with", "explore"]]
    ) {
      const { stderr } = await run(...args);
      const message = "its classes have no names yet, deno task label --run run names them";
      assertEquals(stderr, `Cannot ${action} run "run": ${message}\n`);
    }
  });
});
