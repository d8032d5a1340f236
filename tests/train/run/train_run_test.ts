import { assert, assertEquals, assertRejects } from "@std/assert";
import { readRun } from "../../../lib/run/run_folder.ts";
import { classify } from "../../../infer/predict.ts";
import { type SystemName, SYSTEMS } from "../../../train/systems/mod.ts";
import { optionsOf } from "../../../train/run/run_options.ts";
import { trainRun, type TrainRunOptions } from "../../../train/run/train_run.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { writeRun } from "../../../train/run/write_run.ts";
import { loadImages } from "../../../lib/data/mod.ts";
import { inFolder, namesIn, runMain } from "../../command_line.ts";
import { labelsInTurn, QUICK, writeTinyFiles } from "../tiny_files.ts";

/** What {@linkcode QUICK} says in flags. */
const quick: TrainRunOptions<"vae"> = {
  model: "vae",
  hidden: [16],
  epochs: 1,
  clusterEpochs: 1,
  batchSize: 20,
  threads: 1,
  engine: "onnx",
};

Deno.test("trainRun() writes the run that the command writes, with its defaults", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const files = { train: `${dir}/train.npz`, test: `${dir}/test.npz` };
    const words = ["--train", files.train, "--test", files.test, "--out", `${dir}/command`];
    const args = [...QUICK, "--engine", "auto", ...words];
    const { code, stderr } = await runMain("train/main.ts", args, { cwd: dir });
    assertEquals(code, 0, stderr);
    const lines: string[] = [];
    let epochs = 0;
    const out = `${dir}/library`;
    const given = { ...quick, ...files, out, engine: "auto" as const, keepC: `${dir}/c` };
    const { dir: written, trained } = await trainRun(given, {
      onMessage: (line) => lines.push(line),
      onEpochEnd: () => epochs++,
    });
    assertEquals(written, out);
    assertEquals(epochs, 2);
    assert(lines.some((line) => line.startsWith("reading ")), lines.join("\n"));
    const [one, other] = [await readRun(`${dir}/command`), await readRun(out)];
    assertEquals(other.manifest.options, one.manifest.options);
    assertEquals(namesIn(out), namesIn(`${dir}/command`));
    assertEquals(await other.read("classifier.onnx"), await one.read("classifier.onnx"));
    assert(trained.metrics.classification!.accuracy > 0.5);
  });
});

Deno.test("trainRun() names options that there are not, and values that do not fit", async () => {
  const train = (options: object) => trainRun(options as TrainRunOptions<SystemName>);
  const cases: [object, string][] = [
    [{ epoch: 3 }, 'there is no option "epoch", did you mean epochs'],
    [{ epochs: -1 }, "Cannot use epochs: the value is"],
    [{ model: "vae", preset: "homework" }, "Cannot use preset: the value is"],
    [{ model: "dcgan", preset: "assignment" }, 'there is no option "preset"'],
    [{ model: "vea" }, 'there is no system "vea", did you mean vae'],
    [{ json: true }, 'there is no option "json"'],
    [{ train: "/none.npz", out: "/tmp/none/run" }, "none.npz"],
  ];
  for (const [options, message] of cases) await assertRejects(() => train(options), Error, message);
});

Deno.test("a preset's values stand in place of defaults, and what is given in place of them", async () => {
  const { assignment } = SYSTEMS.vae.presets!;
  const plain = optionsOf("vae"), preset = optionsOf("vae", "assignment");
  for (const [name, option] of Object.entries(preset)) {
    const value = assignment.values[name as keyof typeof assignment.values];
    assertEquals(option, value === undefined ? plain[name] : { ...plain[name], default: value });
  }
  assertEquals(Object.keys(optionsOf("dcgan")).includes("preset"), false);
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const files = { train: `${dir}/train.npz`, test: `${dir}/test.npz` };
    const given = { ...quick, preset: "assignment", reconstructionEpochs: 0 };
    const { dir: out } = await trainRun({ ...given, ...files, latentDim: 3, out: `${dir}/run` });
    const words = [
      ...["--preset=assignment", "--reconstruction-epochs=0", "--latent-dim=3", ...QUICK],
      ...["--train", files.train, "--test", files.test, "--out", `${dir}/command`],
    ];
    const { code, stderr } = await runMain("train/main.ts", words, { cwd: dir });
    assertEquals(code, 0, stderr);
    const { options } = (await readRun(out)).manifest;
    assertEquals(options, (await readRun(`${dir}/command`)).manifest.options);
    const { preset, latentDim, clusterEpochs, reconstructionEpochs } = options;
    assertEquals(
      { preset, latentDim, clusterEpochs, reconstructionEpochs },
      { preset: "assignment", latentDim: 3, clusterEpochs: 1, reconstructionEpochs: 0 },
    );
  });
});

Deno.test("trainRun() ends where its signal is aborted, and can be resumed", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const options = { ...quick, epochs: 50, train: `${dir}/train.npz`, out: `${dir}/run` };
    const ending = new AbortController();
    const begun = trainRun(options, {
      signal: ending.signal,
      onEpochEnd: ({ epoch }) => epoch === 3 && ending.abort(new Error("enough")),
    });
    await assertRejects(() => begun, Error, "enough");
    const lines: string[] = [];
    await trainRun({ ...options, resume: true }, { onMessage: (line) => lines.push(line) });
    assert(lines.some((line) => line.startsWith("going on after epoch ")), lines.join("\n"));
    assertEquals(namesIn(dir).includes("run"), true);
    const aborted = AbortSignal.abort(new Error("never begun"));
    await assertRejects(() => trainRun(options, { signal: aborted }), Error, "never begun");
  });
});

Deno.test("writeRun() keeps what trainSystem() trained, and classify() uses it", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const { images, labels } = await loadImages(`${dir}/train.npz`);
    const labelled = { images, labels: labels! };
    const data = {
      train: images,
      validation: undefined,
      labelled,
      test: undefined,
      labelSamples: [],
    };
    const options = { hidden: [16], epochs: 8, clusterEpochs: 0 };
    const trained = await trainSystem(SYSTEMS.vae, data, { options, batchSize: 20 });
    assertEquals(await writeRun(`${dir}/run`, trained, { system: "vae", data, options }), []);
    const run = await readRun(`${dir}/run`);
    assertEquals([run.manifest.scale, run.manifest.system], [255, "vae"]);
    const found = await Array.fromAsync(classify(run, images));
    const right = found.filter(({ label }, i) => label === labelsInTurn(200)[i]).length;
    assert(right > 150, `${right} of 200`);
    await assertRejects(
      () => writeRun(`${dir}/run`, trained, { system: "vae", data }),
      Error,
      "force",
    );
  });
});
