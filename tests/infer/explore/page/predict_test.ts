import { assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { readRun } from "../../../../lib/run/run_folder.ts";
import { predict } from "../../../../infer/explore/page/predict.ts";
import { readPageData } from "../../../../infer/explore/read_page_data.ts";
import { shownSpace } from "../../../../infer/explore/shown_space.ts";
import { inFolder } from "../../../command_line.ts";
import { writeTinyRun } from "../../../tiny_run.ts";

Deno.test("predict() tells outliers as the run's classifier does, or else by the latent space", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const data = readPageData(run, await shownSpace(run));
    assertEquals(data.tellsOutliers, false);
    const picture = { height: 4, width: 4, channels: 1, values: new Float32Array(16) };
    const modelsOf = (z: number, score: number) => ({
      encode: () => Promise.resolve(ndarray("float32", [1, 2], Float32Array.of(z, z))),
      decode: () => Promise.resolve(ndarray("float32", [1, 4, 4, 1], new Float32Array(16))),
      scoreOutliers: () => Promise.resolve(ndarray("float32", [1], Float32Array.of(score))),
    });
    const outlierOf = async (tellsOutliers: boolean, z: number, score: number) =>
      (await predict(picture, { data: { ...data, tellsOutliers }, models: modelsOf(z, score) }))
        .outlier;
    assertEquals(await outlierOf(false, 1000, 0), "unlikely");
    assertEquals(await outlierOf(true, 1000, 0.5), undefined);
    assertEquals(await outlierOf(true, 0, 0.995), "unlike the training images");
  });
});
