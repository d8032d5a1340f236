import { assert, assertEquals } from "@std/assert";
import { inFolder } from "../command_line.ts";
import { exportDefaultVae, STEPS } from "../exported_training.ts";
import { runPython } from "./python.ts";

Deno.test("the default VAE trains in Python from its exported training, to the same losses", async () => {
  await inFolder(async (dir) => {
    const { path, losses } = await exportDefaultVae(dir);
    const printed = await runPython("../../examples/train.py", [
      path,
      path.replace(".onnx", ".npz"),
    ]);
    const given = printed.trim().split("\n").flatMap((line) => JSON.parse(line).loss as number[]);
    assertEquals([losses.length, given.length], [STEPS, STEPS]);
    losses.forEach((loss, i) => {
      assert(Math.abs(given[i] / loss - 1) <= 1e-5, `step ${i}: ${given[i]}, not ${loss}`);
    });
    assert(given[STEPS - 1] < given[0] / 2);
  });
});
