import { assertEquals, assertRejects } from "@std/assert";
import { openModel, openRunImages } from "../../infer/load.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
import { InputError } from "../../lib/input_error.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { inFolder } from "../command_line.ts";
import { writeTinyRun } from "../tiny_run.ts";

Deno.test("openModel() opens the models that a run holds", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    for (
      const [model, inputs, outputs] of [
        ["encoder", ["images"], ["z_mean", "z_log_var"]],
        ["decoder", ["z"], ["images"]],
      ] as const
    ) {
      const session = await openModel(run, model, { threads: 1 });
      assertEquals([session.inputNames, session.outputNames], [inputs, outputs]);
      await session.release();
    }
  });
});

Deno.test("openRunImages() opens images of the run's size, and throws for others", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const write = (name: string, shape: readonly number[]) => {
      const pixels = new Uint8Array(shape.reduce((a, b) => a * b)).fill(200);
      return Deno.writeFile(
        `${dir}/${name}`,
        encodeNpz({ images: ndarray("uint8", shape, pixels) }),
      );
    };
    await write("right.npz", [3, 4, 4]);
    await write("large.npz", [3, 5, 4]);
    const { count, height, width, channels } = await openRunImages(`${dir}/right.npz`, run);
    assertEquals([count, height, width, channels], [3, 4, 4, 1]);
    await assertRejects(() => openRunImages(`${dir}/large.npz`, run), InputError, "5x4");
  });
});
