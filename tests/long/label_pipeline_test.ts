import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { toUint8 } from "../../lib/data/mod.ts";
import { slice } from "../../lib/array/rows.ts";
import { LabelStore } from "../../infer/label/label_store.ts";
import { offerImages } from "../../lib/labelling/offer_images.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { readLabelling } from "../../lib/run/labelling_file.ts";
import { readMetrics } from "../../lib/run/metrics_file.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { inFolder, runMain } from "../command_line.ts";
import { agreement, someDigits, writeImages } from "../digits.ts";

Deno.test("what the page of label saves is what train takes: from photos without labels to scores", async () => {
  await inFolder(async (dir) => {
    const photos = await someDigits("mnist", 300);
    const test = await someDigits("mnist:test", 300);
    await Deno.mkdir(`${dir}/photos`);
    const names = Array.from(photos.labels, (_, row) => `${String(row).padStart(3, "0")}.png`);
    for (const [row, name] of names.entries()) {
      const pixels = toUint8(slice(photos.images, row, row + 1)).data;
      const png = encodePng({ pixels, width: 28, height: 28, channels: 1 });
      await Deno.writeFile(`${dir}/photos/${name}`, png);
    }
    await writeImages(`${dir}/test.npz`, test);
    const run = async (words: string) => {
      const { code, stderr } = await runMain("train/main.ts", words.split(" "), { cwd: dir });
      assertEquals(code, 0, stderr);
    };
    await run("--train photos --out waiting --effort 0.1");

    const store = new LabelStore(`${dir}/waiting`, names);
    const { space } = await readLabelling(await readRun(`${dir}/waiting`));
    const offers = offerImages(space, { done: new Set() }, { count: 15 });
    const decisions = offers.map(({ row }) => ({ row, label: `digit ${photos.labels[row]}` }));
    // One more, of which a person said that it is of no interest.
    const other = photos.labels.findIndex((_, row) => !offers.some((offer) => offer.row === row));
    const { saved } = await store.save([...decisions, { row: other }], await store.read());
    assert(saved);

    await run("--train photos --val waiting/labels.csv --out named --effort 0.1");
    const { classNames, data } = (await readRun(`${dir}/named`)).manifest;
    assertEquals(classNames, ["digit 1", "digit 4", "digit 8"]);
    assertEquals(data.counts.labelled, 15);
    const { scored, classification } = await readMetrics(await readRun(`${dir}/named`));
    assertEquals([scored!.split, scored!.count], ["labelled images by cross-validation", 15]);
    assert(classification!.accuracy >= 0.8, `cross-validated ${classification!.accuracy}`);
    const words = ["classify", "test.npz", "--run", "named", "--out", "predicted.csv"];
    const { code, stderr } = await runMain("infer/main.ts", words, { cwd: dir });
    assertEquals(code, 0, stderr);
    const rows = parse(await Deno.readTextFile(`${dir}/predicted.csv`), { skipFirstRow: true });
    const predicted = rows.map((row) => Number(String(row.Predicted_Label).slice(-1)));
    const accuracy = agreement(predicted, test.labels);
    assert(accuracy >= 0.85, `the accuracy is ${accuracy}`);
  });
});
