import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { parse } from "@std/csv";
import { fileURLToPath } from "node:url";
import { readRun } from "../../lib/run/run_folder.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
import { flagName } from "../../lib/command/flags.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { decodeModel } from "../../lib/onnx/mod.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { writeTinyRun } from "../tiny_run.ts";
import { labelsInTurn, QUICK, TINY_FILES, writeTinyFiles } from "./tiny_files.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

/** Runs `train` with words and the quick flags, and expects it to succeed. */
async function train(dir: string, words: string): Promise<string> {
  const args = [...QUICK, ...words.split(" ")];
  const { code, stdout, stderr } = await runMain("train/main.ts", args, { cwd: dir });
  assertEquals(code, 0, stderr);
  return stdout;
}

function inTinyFolder(test: (dir: string) => Promise<void>): Promise<void> {
  return inFolder(async (dir) => {
    await writeTinyFiles(dir);
    await test(dir);
  });
}

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

const RUN_NAMES = [
  "classifier.onnx",
  "classifier_uint8.onnx",
  "decoder.onnx",
  "encoder.onnx",
  "examples.npz",
  "gmm.json",
  "history.csv",
  "latents.npz",
  "manifest.json",
  "metrics.json",
  "plots",
  "report.html",
];

Deno.test("train with --val and --test writes a run that classify can use", async () => {
  await inTinyFolder(async (dir) => {
    const stdout = await train(
      dir,
      "--train unlabelled.npz --val val.npz --test test.npz --out runs/mine --seed 3 --engine auto",
    );
    assertMatch(
      stdout,
      /^190 images to train on without labels, 10 held out, 15 labelled, 60 to test on$/m,
    );
    assertMatch(stdout, /^total +660$/m);
    assertMatch(
      stdout,
      /^scores on 60 test images, which neither the networks nor the mixture have seen$/m,
    );
    assertMatch(
      stdout,
      /\nwritten to runs\/mine in \S+\nopen runs\/mine\/report.html, [^\n]*\nnext: deno task classify [^\n]*\n$/,
    );
    assertEquals(namesIn(`${dir}/runs`), ["mine"]);
    assertEquals(namesIn(`${dir}/runs/mine`), RUN_NAMES);
    assertEquals(namesIn(`${dir}/runs/mine/plots`), [
      "calibration.png",
      "class_scores.png",
      "confusion_matrix.png",
      "latent_scatter.png",
      "loss.png",
      "manifold.png",
      "outlier_scores.png",
      "posterior_samples.png",
      "reconstructions_labelled.png",
      "reconstructions_test.png",
      "samples_mixture.png",
      "samples_prior.png",
    ]);

    const { manifest, read } = await readRun(`${dir}/runs/mine`);
    assertEquals(
      [manifest.system, manifest.classes, manifest.imageShape, manifest.latentDim, manifest.seed],
      ["vae", [1, 4, 8], [4, 4, 1], 2, 3],
    );
    assertEquals(manifest.scale, 255);
    const { train: trainPath, hidden, epochs, batchSize, latentDim } = manifest.options;
    assertEquals(
      { trainPath, hidden, epochs, batchSize, latentDim },
      { trainPath: "unlabelled.npz", hidden: [16], epochs: 1, batchSize: 20, latentDim: undefined },
    );
    const chosen = { network: "mlp", latentDim: 2, consistency: 0.2, clusters: 3 };
    assertEquals(manifest.chosen, chosen);
    assertMatch(
      stdout,
      /^chosen from the data: --network mlp --latent-dim 2 --consistency 0.2 --clusters 3$/m,
    );
    for (const [file, difference] of Object.entries(manifest.exportCheck)) {
      assert(difference <= 1e-4, file);
    }
    for (const name of ["encoder", "decoder", "classifier", "classifier_uint8"]) {
      const { metadata, description } = decodeModel(await read(`${name}.onnx`));
      assertEquals(
        [metadata?.model, metadata?.image_shape, metadata?.seed],
        ["vae", "4,4,1", "3"],
      );
      assertMatch(description!, /4x4x1/);
    }

    const metrics = await readJson(`${dir}/runs/mine/metrics.json`);
    const { scored, classification } = metrics;
    assertEquals(scored.count, 60);
    assertEquals(scored.split, "test images, which neither the networks nor the mixture have seen");
    assertEquals(classification.confusionMatrix.classes, [1, 4, 8]);
    assertEquals(
      classification.confusionMatrix.counts.map((row: number[]) => row.reduce((a, b) => a + b)),
      [20, 20, 20],
    );
    assertEquals(
      classification.meanF1,
      (classification.macro.f1 + classification.micro.f1) / 2,
    );
    // Three kinds of images that could not be more unlike.
    assertEquals(classification.accuracy, 1);

    const words = ["classify", "test.npz", "--run", "runs/mine"];
    const { code, stderr } = await runMain("infer/main.ts", words, { cwd: dir });
    assertEquals([code, stderr], [0, ""]);
    const csv = await Deno.readTextFile(`${dir}/vae.csv`);
    assertEquals(csv, `Predicted_Label\n${labelsInTurn(60).join("\n")}\n`);
  });
});

Deno.test("train writes the losses of every epoch into history.csv, and says them on the way", async () => {
  await inTinyFolder(async (dir) => {
    const args = ["--train", "train.npz", "--out", "run", ...QUICK, "--schedule", "cosine"];
    const options = "--epochs 3 --cluster-epochs 2 --beta 0.5 --consistency 4".split(" ");
    const { code, stderr } = await runMain("train/main.ts", [...args, ...options], { cwd: dir });
    assertEquals(code, 0, stderr);
    const rows = parse(await Deno.readTextFile(`${dir}/run/history.csv`), { skipFirstRow: true });
    assertEquals(Object.keys(rows[0]), [
      "epoch",
      "phase",
      "loss",
      "reconstructionLoss",
      "klLoss",
      "consistencyLoss",
      "learningRate",
      "imagesPerSecond",
      "valLoss",
      "valReconstructionLoss",
      "valKlLoss",
      "valConsistencyLoss",
    ]);
    assertEquals(rows.map(({ epoch, phase }) => `${epoch} ${phase}`), [
      "1 elbo",
      "2 elbo",
      "3 elbo",
      "4 clusters",
      "5 clusters",
    ]);
    const column = (name: string) => rows.map((row) => Number(row[name]));
    const [loss, valLoss] = [column("loss"), column("valLoss")];
    // Training and validation losses have the same parts with the same weights.
    for (const [total, prefix] of [[loss, ""], [valLoss, "val"]] as const) {
      const [reconstruction, kl, consistency] = ["reconstructionLoss", "klLoss", "consistencyLoss"]
        .map((name) => prefix === "" ? name : `val${name[0].toUpperCase()}${name.slice(1)}`)
        .map(column);
      for (let i = 0; i < 5; i++) {
        const weight = i < 3 ? 4 : 4 * 0.3;
        const parts = reconstruction[i] + 0.5 * kl[i] + weight * consistency[i];
        assert(Math.abs(total[i] - parts) < 1e-4 * parts, `${prefix} ${total[i]} ${parts}`);
      }
    }
    assert(loss[2] < loss[0] && valLoss[2] < valLoss[0]);
    const rates = column("learningRate");
    assert(rates[0] === rates[2] && rates[3] === rates[0] && rates[4] < rates[3], `${rates}`);
    // Not a terminal: a plain line an epoch, without a bar or colours.
    assertMatch(
      stderr,
      /^(epoch [1-5]\/5 {2}loss \d+\.\d+ {2}reconstruction \d+\.\d+ {2}KL [\d.e-]+ {2}consistency [\d.e-]+ {2}val \d+\.\d+ {2}.*\d+ images\/s\n){5}$/,
    );
  });
});

Deno.test("train with only --train draws the labelled images by seed, and says what the scores are of", async () => {
  await inTinyFolder(async (dir) => {
    const stdout = await train(dir, "--train train.npz --out run --labels-per-class 4");
    assertMatch(stdout, /^179 images to train on without labels, 9 held out, 12 labelled$/m);
    assertMatch(
      stdout,
      /^scores on 12 labelled images by cross-validation: each is predicted by /m,
    );
    assertMatch(stdout, /^the same labels on raw pixels: .* label spreading \S+$/m);
    const { scored, classification } = await readJson(`${dir}/run/metrics.json`);
    assertEquals([scored.count, classification.baselines.length], [12, 3]);
    // Sixteen steps are too few, which the report says as well.
    const warning = "training took 16 steps, which is few";
    assertMatch(stdout, new RegExp(`^warning: ${warning}`, "m"));
    const report = await Deno.readTextFile(`${dir}/run/report.html`);
    for (const text of [warning, "accuracy, cross-validated", "label spreading"]) {
      assertMatch(report, new RegExp(text));
    }
  });
});

Deno.test("train keeps the classes it is told to, and numbers new runs", async () => {
  await inTinyFolder(async (dir) => {
    await Deno.mkdir(`${dir}/runs/train`, { recursive: true });
    await Deno.mkdir(`${dir}/runs/train-2`);
    const stdout = await train(dir, "--train train.npz --classes 8,1 --test test.npz");
    assertMatch(stdout, /^117 images .*, 6 held out, 10 labelled, 40 to test on$/m);
    assertEquals(namesIn(`${dir}/runs`), ["train", "train-2", "train-3"]);
    assertEquals((await readRun(`${dir}/runs/train-3`)).manifest.classes, [1, 8]);
  });
});

Deno.test("train takes a folder of pictures with a sub-folder a class, and its names", async () => {
  await inFolder(async (dir) => {
    const few = "--labels-per-class 1 --validation-split 0 --out";
    const flags = [...QUICK, "--batch-size", "3"];
    for (const name of ["digits", "named"]) {
      const words = `--train ${FIXTURES}/${name} ${few} ${name}`.split(" ");
      const { code, stderr } = await runMain("train/main.ts", [...flags, ...words], { cwd: dir });
      assertEquals(code, 0, stderr);
    }
    const { manifest } = await readRun(`${dir}/digits`);
    assertEquals([manifest.classes, manifest.classNames], [[1, 4, 8], undefined]);
    const { manifest: named } = await readRun(`${dir}/named`);
    assertEquals([named.classes, named.classNames], [[0, 1, 2], ["cat", "dog", "emu"]]);
  });
});

Deno.test("train with other options: gaussian, three latent variables, TensorFlow.js", async () => {
  await inTinyFolder(async (dir) => {
    const data = "--train unlabelled.npz --val val.npz";
    const options = "--reconstruction gaussian --standard-deviation 0.2 --latent-dim 3";
    await train(dir, `${data} ${options} --out onnx`);
    await train(dir, `${data} ${options} --out tfjs --engine tfjs --backend cpu`);
    const { manifest } = await readRun(`${dir}/onnx`);
    assertEquals(manifest.latentDim, 3);
    const plots = namesIn(`${dir}/onnx/plots`).filter((name) => /^(latent|trav|man)/.test(name));
    assertEquals(plots, ["latent_pca.png", "latent_tsne.png", "traversals.png"]);
    const losses = await Promise.all(["onnx", "tfjs"].map(async (name) => {
      const text = await Deno.readTextFile(`${dir}/${name}/history.csv`);
      return parse(text, { skipFirstRow: true }).map(({ loss }) => Number(loss));
    }));
    losses[0].forEach((loss, i) => assert(Math.abs(loss - losses[1][i]) < 1e-4 * Math.abs(loss)));
    for (const command of ["reconstruct test.npz", "generate"]) {
      const words = [...command.split(" "), "--run", "onnx"];
      const { code, stderr } = await runMain("infer/main.ts", words, { cwd: dir });
      assertEquals([code, stderr], [0, ""]);
    }
  });
});

Deno.test("the options in a manifest train the same run again, to the byte", async () => {
  await inTinyFolder(async (dir) => {
    await train(dir, "--train train.npz --test test.npz --seed 11 --warmup-epochs 1 --out first");
    const { manifest } = await readRun(`${dir}/first`);
    const flags = Object.entries(manifest.options).flatMap(([name, value]) =>
      typeof value === "boolean" ? value ? [flagName(name)] : [] : [`${flagName(name)}=${value}`]
    );
    const args = [...flags, "--out", "second"];
    const { code, stderr } = await runMain("train/main.ts", args, { cwd: dir });
    assertEquals(code, 0, stderr);
    const hashes = (await readRun(`${dir}/second`)).manifest.files;
    // These tell how fast it went, or the words of the command.
    const differing = ["history.csv", "report.html"];
    for (const [name, { sha256 }] of Object.entries(manifest.files)) {
      if (!differing.includes(name)) assertEquals(hashes[name].sha256, sha256, name);
    }
    assertEquals((await readRun(`${dir}/second`)).manifest.options, manifest.options);
  });
});

Deno.test("train learns nothing from labels: other labels give the same encoder", async () => {
  await inTinyFolder(async (dir) => {
    // The same images: without labels, and with labels shifted by one.
    const { images, labels } = TINY_FILES["train.npz"];
    const shifted = labelsInTurn(201).slice(1);
    const other = ndarray("int64", [200], BigInt64Array.from(shifted, BigInt));
    await Deno.writeFile(`${dir}/other.npz`, encodeNpz({ images, labels: other }));
    assertNotEquals(other.data, labels.data);
    const encoders: Uint8Array[] = [];
    // Nor from those of --val, which the mixture needs.
    const few = TINY_FILES["val.npz"].images;
    const wrong = ndarray("int64", [15], BigInt64Array.from(labelsInTurn(16).slice(1), BigInt));
    await Deno.writeFile(`${dir}/wrong.npz`, encodeNpz({ images: few, labels: wrong }));
    const files = [["unlabelled", "val"], ["other", "wrong"]];
    for (const [name, val] of files) {
      await train(dir, `--train ${name}.npz --val ${val}.npz --out ${name}`);
      encoders.push(await Deno.readFile(`${dir}/${name}/encoder.onnx`));
    }
    // Another seed gives others, as the test of trainSystem() shows.
    assertEquals(encoders[1], encoders[0]);
    assertNotEquals(
      await Deno.readFile(`${dir}/other/gmm.json`),
      await Deno.readFile(`${dir}/unlabelled/gmm.json`),
    );
  });
});

Deno.test("train --force replaces a run, and only when the new one is whole", async () => {
  await inTinyFolder(async (dir) => {
    const words = "--train unlabelled.npz --val val.npz --out run";
    await writeTinyRun(`${dir}/run`);
    const before = await Deno.readFile(`${dir}/run/encoder.onnx`);
    const failing = [...words.split(" "), ...QUICK, "--force", "--learning-rate", "1e30"];
    const { code, stderr } = await runMain("train/main.ts", failing, { cwd: dir });
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot go on training: loss is \S+ in epoch 1, try a smaller/m);
    assertEquals(await Deno.readFile(`${dir}/run/encoder.onnx`), before);
    await train(dir, `${words} --force --seed 9`);
    assertNotEquals(await Deno.readFile(`${dir}/run/encoder.onnx`), before);
    assertEquals(namesIn(dir).filter((name) => name.startsWith("run")), ["run"]);
  });
});

Deno.test("train takes few-labels for images of one's own, and says so", async () => {
  await inTinyFolder(async (dir) => {
    const args =
      "--train train.npz --test test.npz --effort 0.02 --threads 1 --engine onnx --out run"
        .split(" ");
    const { code, stdout, stderr } = await runMain("train/main.ts", args, { cwd: dir });
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^--model few-labels, the default .*--model vae is the other way$/m);
    const { manifest } = await readRun(`${dir}/run`);
    assertEquals([manifest.system, manifest.options.model], ["few-labels", "few-labels"]);
  });
  const help = async (words: string) =>
    (await runMain("train/main.ts", [...words.split(" "), "--help"], { cwd: "." })).stdout;
  assertMatch(await help("--train=photos/"), /--effort/);
  assertMatch(await help("--train mnist"), /--latent-dim/);
  assertMatch(await help("--train photos/ --model vae"), /--latent-dim/);
});

Deno.test("train --help shows every flag with its default and examples, and writes nothing", async () => {
  await inFolder(async (dir) => {
    const { code, stdout, stderr } = await runMain("train/main.ts", ["--help"], { cwd: dir });
    assertEquals([code, stderr], [0, ""]);
    for (const flag of ["--train", "--val", "--latent-dim", "--max-params", "--force"]) {
      assertMatch(stdout, new RegExp(`^ +${flag}\\b`, "m"));
    }
    assertMatch(stdout, /^Examples:\n {2}# .*\n {2}deno task train/m);
    assertEquals(namesIn(dir), []);
  });
});
