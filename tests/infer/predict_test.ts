import { assertEquals, assertRejects } from "@std/assert";
import { classify, type Prediction } from "../../infer/predict.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { InputError } from "../../lib/input_error.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";
import { inFolder } from "../command_line.ts";
import { inTinyFolder, LABELS } from "./tiny_folder.ts";

const labelsOf = (predictions: readonly Prediction[]) => predictions.map(({ label }) => label);

Deno.test("classify() predicts for arrays and files what the command writes", async () => {
  await inTinyFolder(async (run, dir) => {
    await run("classify", "images.npz", "--run", "run", "--out", "labels.csv", "--probabilities");
    const [header, ...rows] = (await Deno.readTextFile(`${dir}/labels.csv`)).trim().split("\n");
    const opened = await readRun(`${dir}/run`);
    const bytes = ndarray("uint8", [8, 4, 4, 1], tinyImages(LABELS));
    const floats = ndarray("float32", [8, 4, 4, 1], Float32Array.from(bytes.data, (v) => v / 255));
    const done: number[] = [];
    const fromFile = await Array.fromAsync(
      classify(opened, `${dir}/images.npz`, { onProgress: (n) => done.push(n) }),
    );
    assertEquals(done, [8]);
    const first = header.split(",").indexOf("Predicted_Label");
    assertEquals(
      fromFile.map(({ name, probabilities }) => [name, ...Array.from(probabilities)].join()),
      rows.map((row) => {
        const [name, ...numbers] = row.split(",").slice(first);
        return [name, ...numbers.slice(0, 3).map((text) => Math.fround(Number(text)))].join();
      }),
    );
    for (const images of [bytes, floats]) {
      assertEquals(labelsOf(await Array.fromAsync(classify(opened, images))), LABELS);
    }
  });
});

Deno.test("classify() says that floats were not scaled", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const data = Float32Array.from(tinyImages([8, 1]));
    const images = ndarray("float32", [2, 4, 4, 1], data.fill(0, 0, 16));
    await assertRejects(
      () => Array.fromAsync(classify(run, images)),
      InputError,
      "a pixel of image 1 (the first is 0) is",
    );
  });
});

Deno.test("classify() ends where its signal is aborted or the caller leaves", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const images = ndarray("uint8", [2500, 4, 4, 1], new Uint8Array(2500 * 16));
    const ending = new AbortController();
    let count = 0;
    const all = async () => {
      for await (const _ of classify(run, images, { signal: ending.signal })) {
        if (++count === 1500) ending.abort(new Error("enough"));
      }
    };
    await assertRejects(all, Error, "enough");
    assertEquals(count, 2000);
    for await (const _ of classify(run, images)) break;
    const outliers = () => Array.fromAsync(classify(run, images, { outliers: 0.01 }));
    await assertRejects(outliers, Error, "Cannot detect outliers");
  });
});
