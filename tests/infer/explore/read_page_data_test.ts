import { assertEquals } from "@std/assert";
import { readPageData } from "../../../infer/explore/read_page_data.ts";
import { shownSpace } from "../../../infer/explore/shown_space.ts";
import { readRun, RUN_FILES, writeRun } from "../../../lib/run/run_folder.ts";
import { encodeLatents } from "../../../lib/run/latents_file.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder } from "../../command_line.ts";
import { tinyRun, writeTinyRun } from "../../tiny_run.ts";

Deno.test("readPageData() draws points from the mixture of a run that keeps no latents", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`, 3);
    const run = await readRun(`${dir}/run`);
    const data = readPageData(run, await shownSpace(run));
    assertEquals(
      [data.name, data.classNames, data.imageShape, data.latentDim],
      ["run", ["1", "4", "8"], [4, 4, 1], 3],
    );
    assertEquals([data.pointsAre, data.points.shape[1]], ["samples from the mixture", 3]);
    assertEquals([data.labelled, data.limits.reconstructionError], [undefined, undefined]);
    assertEquals(data.limits.rate, 0.01);
  });
});

Deno.test("readPageData() shows the latents that a run keeps, some of very many", async () => {
  await inFolder(async (dir) => {
    const count = 10_000;
    const z = ndarray(
      "float32",
      [count, 2],
      Float32Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 2) / count),
    );
    const { description, files } = tinyRun();
    const latents = encodeLatents({
      z,
      reconstructionError: new Float32Array(count).map((_, i) => i / count),
      labelled: {
        z: ndarray("float32", [1, 2], Float32Array.of(0.5, -0.5)),
        labels: Int32Array.of(4),
      },
    });
    await writeRun(`${dir}/run`, {
      description,
      files: { ...files, [RUN_FILES.latents]: latents },
    });
    const run = await readRun(`${dir}/run`);
    const data = readPageData(run, await shownSpace(run));
    assertEquals([data.pointsAre, data.points.shape], ["training images", [4000, 2]]);
    // The first and nearly the last: spread over all.
    assertEquals([data.points.data[0], data.points.data[7998] > 0.999], [0, true]);
    assertEquals(data.labelled?.labels, [4]);
    assertEquals(Math.round(data.limits.reconstructionError! * 100), 99);
  });
});
