import { assertEquals } from "@std/assert";
import { finishLabels } from "../../../infer/label/finish_labels.ts";
import { LabelStore } from "../../../infer/label/label_store.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { readMixture } from "../../../lib/run/latents_file.ts";
import { readMetrics } from "../../../lib/run/metrics_file.ts";
import { openModel } from "../../../lib/run/open_model.ts";
import { readRun, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { classifyImages } from "../../../lib/runtime/run_images.ts";
import { inFolder } from "../../command_line.ts";
import { tinyImages } from "../../tiny_run.ts";
import { TRUTH, writeUnlabelledRun } from "./unlabelled_run.ts";

Deno.test("finishLabels() writes a classifier with names, scores, mixture and report", async () => {
  await inFolder(async (folder) => {
    const dir = `${folder}/run`;
    await writeUnlabelledRun(dir);
    const store = new LabelStore(dir, TRUTH.map((_, row) => `${row}.png`));
    const names = new Map([[1, "left"], [4, "right"], [8, "dark"]]);
    const decisions = TRUTH.slice(0, 12).map((label, row) => ({ row, label: names.get(label)! }));
    const { labels: { version } } = await store.save(decisions, await store.read());
    assertEquals(await finishLabels(dir, store, { version: "other" }), undefined);
    assertEquals((await readRun(dir)).manifest.classes, undefined);

    const finished = (await finishLabels(dir, store, { version, session: { threads: 1 } }))!;
    assertEquals(finished.classNames, ["dark", "left", "right"]);
    assertEquals(finished.failures, []);
    assertEquals(finished.estimate!.accuracy, 1);
    const run = await readRun(dir);
    assertEquals(run.manifest.classes, [0, 1, 2]);
    assertEquals(run.manifest.classNames, ["dark", "left", "right"]);
    assertEquals(run.manifest.data.counts.labelled, 12);
    assertEquals((await readMixture(run)).members[0].mixture.means.shape, [3, 2]);
    assertEquals((await readMetrics(run)).classification!.accuracy, 1);
    assertEquals((await run.read(RUN_FILES.report)).length > 1000, true);
    const images = ndarray("uint8", [3, 4, 4, 1], tinyImages([1, 4, 8]));
    const floats = await openModel(run, "classifier", { threads: 1 });
    assertEquals([...(await classifyImages(floats, images, { floats: true })).labels], [1, 2, 0]);
    await floats.release();
    // Labels go on after that: the page has their new version.
    const read = await store.read();
    assertEquals(read.decisions, decisions);
    assertEquals(read.version, finished.version);
    assertEquals((await store.save(decisions.slice(0, 6), read)).saved, true);
  });
});
