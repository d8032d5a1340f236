import { assertEquals } from "@std/assert";
import { openRunImages } from "../../infer/load.ts";
import { openModel } from "../../lib/run/open_model.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
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

Deno.test("openRunImages() gives images of the run's size and channels, and says what it resized", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const warningsOf = async (shape: readonly number[]) => {
      const pixels = new Uint8Array(shape.reduce((a, b) => a * b)).fill(200);
      await Deno.writeFile(`${dir}/x.npz`, encodeNpz({ images: ndarray("uint8", shape, pixels) }));
      const source = await openRunImages(`${dir}/x.npz`, run);
      for await (const chunk of source.chunks(3)) {
        assertEquals([chunk.shape, new Set(chunk.data)], [[3, 4, 4, 1], new Set([200])]);
      }
      return source.warnings;
    };
    assertEquals(await warningsOf([3, 4, 4]), []);
    assertEquals(await warningsOf([3, 4, 4, 3]), []);
    assertEquals(await warningsOf([3, 5, 4]), ["images of 5x4 are resized to 4x4"]);
    assertEquals(await warningsOf([3, 3, 8, 8]), ["images of 8x8 are resized to 4x4"]);
  });
});
