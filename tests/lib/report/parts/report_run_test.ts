import { assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { openContents } from "../../../../lib/run/run_folder.ts";
import {
  imagesPerSecond,
  namesOf,
  phaseStarts,
  readReportRun,
} from "../../../../lib/report/parts/report_run.ts";
import { tinyReportedRun } from "../../../tiny_report.ts";
import { tinyRun } from "../../../tiny_run.ts";

Deno.test("readReportRun() reads what a run holds, and decodes points of its latent space", async () => {
  const run = await readReportRun(await openContents("runs/tiny", await tinyReportedRun()));
  assertEquals([run.name, run.history.length, run.latents?.z.shape], ["tiny", 2, [120, 2]]);
  assertEquals(imagesPerSecond(run), 2000);
  const images = await run.decode!(ndarray("float32", [1, 2], Float32Array.of(0, 0)));
  assertEquals([images.shape, images.data[0]], [[1, 4, 4, 1], 0.5]);
  await run.release();
});

Deno.test("readReportRun() leaves out what a run does not hold", async () => {
  const { description: { latentDim: _, ...description }, files } = tinyRun();
  const run = await readReportRun(await openContents("run", { description, files }));
  assertEquals([run.latents, run.decode, run.history, run.metrics], [undefined, undefined, [], {}]);
  assertEquals(imagesPerSecond(run), undefined);
  await run.release();
});

Deno.test("namesOf() gives a label without a name its number", async () => {
  const run = await readReportRun(await openContents("run", tinyRun()));
  const named = { ...run, manifest: { ...run.manifest, classNames: ["zero", "one"] } };
  assertEquals(namesOf(named, [1, 4]), ["one", "4"]);
});

Deno.test("phaseStarts() finds where the phase changes", () => {
  const history = ["a", "a", "b", "a"].map((phase, i) => ({
    epoch: i + 1,
    phase,
    values: new Map(),
  }));
  assertEquals(phaseStarts(history).map(({ epoch, phase }) => [epoch, phase]), [[3, "b"], [
    4,
    "a",
  ]]);
});
