import { assertEquals } from "@std/assert";
import { ndarray } from "../../lib/array/ndarray.ts";
import { encodeNpz } from "../../lib/data/mod.ts";
import { inFolder, runMain } from "../command_line.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";
import { runPython } from "./python.ts";

const LABELS = [1, 4, 8, 4, 1, 8];

Deno.test("the example for Python gives the labels that classify gives", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const images = ndarray("uint8", [LABELS.length, 4, 4], tinyImages(LABELS));
    await Deno.writeFile(`${dir}/images.npz`, encodeNpz({ images }));
    const words = ["classify", "images.npz", "--run", "run", "--out", "labels.csv"];
    const { code, stderr } = await runMain("infer/main.ts", words, { cwd: dir });
    assertEquals(code, 0, stderr);
    await runPython("../../examples/deploy/python/glimpse_classifier.py", [
      `${dir}/run/classifier_uint8.onnx`,
      `${dir}/images.npz`,
      `${dir}/python.csv`,
    ]);
    const read = (name: string) => Deno.readTextFile(`${dir}/${name}`);
    assertEquals(await read("python.csv"), await read("labels.csv"));
    assertEquals(await read("python.csv"), `Predicted_Label\n${LABELS.join("\n")}\n`);
  });
});
