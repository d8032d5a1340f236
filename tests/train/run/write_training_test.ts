import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { readNpz } from "../../../lib/data/mod.ts";
import { InputError } from "../../../lib/input_error.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { writeTraining } from "../../../train/run/write_training.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { inFolder } from "../../command_line.ts";
import { vaeCase } from "../core/step_case.ts";

await useBackend("cpu");

Deno.test("writeTraining() writes a phase and what its first steps take, which fit each other", async () => {
  const { build, feed, batchSize } = vaeCase("elbo");
  await inFolder(async (dir) => {
    const folder = `${dir}/exported`;
    await writeTraining(folder, 3)(build().step, feed, { phase: "elbo", batchSize, epoch: 1 });
    const inputs = await readNpz(`${folder}/elbo.npz`);
    assertEquals(inputs.indices.shape, [12, batchSize]);
    const session = await createSession(`${folder}/elbo.onnx`);
    assertEquals([...session.inputNames].sort(), [...Object.keys(inputs), "state"].sort());
    const state = { dtype: "float32", shape: [0], data: new Float32Array() } as const;
    const { loss } = await session.run({ ...inputs, state });
    await session.release();
    assertEquals(loss.shape, [12]);
    assert(Number(loss.data[11]) < Number(loss.data[0]));
  });
});

Deno.test("writeTraining() replaces what it wrote before, and says that a folder is a file", async () => {
  const { build, feed, batchSize } = vaeCase("elbo");
  await inFolder(async (dir) => {
    const phase = { phase: "elbo", batchSize, epoch: 1 };
    const { step } = build();
    await writeTraining(dir, 3)(step, feed, phase);
    const first = await Deno.readFile(`${dir}/elbo.npz`);
    await writeTraining(dir, 4)(step, feed, phase);
    assert(Buffer.compare(first, await Deno.readFile(`${dir}/elbo.npz`)) !== 0);
    await assertRejects(
      () => writeTraining(`${dir}/elbo.npz`, 3)(step, feed, phase),
      InputError,
      "it is a file, a folder is needed",
    );
  });
});
