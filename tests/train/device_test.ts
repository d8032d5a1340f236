import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { explainProbe } from "../../lib/runtime/device.ts";
import { proveDevice } from "../../lib/runtime/session.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { trainSteps } from "../../train/core/loop/train_steps.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { QUICK, writeTinyFiles } from "./tiny_files.ts";

/** Runs `train` on tiny files with the engine that has devices. */
function train(cwd: string, ...flags: string[]) {
  const files = ["--train", "train.npz", "--val", "val.npz", "--engine", "onnx"];
  return runMain("train/main.ts", [...files, ...QUICK, ...flags], { cwd });
}

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("train rejects a device that is not there in one sentence, before it reads anything", async () => {
  const foreign = Deno.build.os === "windows" ? "coreml" : "directml";
  for (const device of ["cuda", foreign] as const) {
    const probe = await proveDevice(device);
    if (probe.works) continue;
    await inFolder(async (dir) => {
      await writeTinyFiles(dir);
      const before = namesIn(dir);
      const { code, stdout, stderr } = await train(dir, "--out", "run", "--device", device);
      assertEquals([code, stdout, stderr], [1, "", `${explainProbe(device, probe)}\n`]);
      assertEquals(namesIn(dir), before);
    });
  }
});

Deno.test("train --device auto trains, and says why it fell back", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const { code, stderr } = await train(dir, "--out", "run", "--device", "auto");
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^running on (cuda|the cpu, not on cuda, as .+; .+)\nepoch 1\/2 /);
    const { engine, options: { device } } = await readJson(`${dir}/run/manifest.json`);
    assertEquals(engine, `onnx (${device})`);
    assertEquals(device, (await proveDevice("cuda")).works ? "cuda" : "cpu");
  });
});

Deno.test("train --profile tells of the recorded step, and changes nothing else", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const flags = ["--device", "cpu", "--out"];
    const { code, stdout, stderr } = await train(dir, ...flags, "a", "--profile");
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /\nnext: .*\n\nprovider +nodes .*\nCPUExecutionProvider .+ 100\.0%\n/);
    for (const operator of ["Gemm", "Gather", "Loop"]) {
      assertMatch(stdout, new RegExp(`\n${operator} \\(CPU\\) +\\d+ +\\d+ `));
    }
    assertEquals((await train(dir, ...flags, "b")).code, 0);
    for (const name of ["encoder.onnx", "decoder.onnx", "gmm.json", "metrics.json"]) {
      assertEquals(
        await Deno.readFile(`${dir}/a/${name}`),
        await Deno.readFile(`${dir}/b/${name}`),
      );
    }
    const [a, b] = [
      await readJson(`${dir}/a/manifest.json`),
      await readJson(`${dir}/b/manifest.json`),
    ];
    assertEquals(a.options, b.options);
  });
});

Deno.test("trainSteps() rejects a device that is not there, and changes no variable", async () => {
  await useBackend("cpu");
  const device = Deno.build.os === "windows" ? "coreml" : "directml";
  const weight = tf.variable(tf.scalar(1));
  const optimizer = tf.train.sgd(0.1);
  const step = ({ x }: Record<string, tf.Tensor>) => ({
    loss: optimizer.minimize(() => tf.mean(tf.mul(x, weight)), true, [weight])!,
  });
  const examples = { x: ndarray("float32", [2, 1], Float32Array.of(1, 2)) };
  await assertRejects(
    () => trainSteps(step, examples, { batchSize: 2, device }),
    InputError,
    `Cannot use device ${device}: `,
  );
  assertEquals([...await weight.data()], [1]);
});
