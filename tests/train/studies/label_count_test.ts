import { assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import { parseFlags } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { writeRun } from "../../../lib/run/run_folder.ts";
import { COMPARED } from "../../../train/studies/label_classifiers.ts";
import { labelCount, runLabelCount } from "../../../train/studies/label_count.ts";
import type { LabelCountResult } from "../../../train/studies/label_count_report.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { tinyRun } from "../../tiny_run.ts";
import { writeTinyFiles } from "../tiny_files.ts";

Deno.test("runLabelCount() measures each classifier once with each sample, and goes on with more", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const files = ["--train", `${dir}/train.npz`, "--test", `${dir}/test.npz`, "--threads", "1"];
    const trained: unknown[] = [];
    const run = async (...flags: string[]) => {
      const given = [...files, "--out", `${dir}/study`, ...flags];
      const lines: string[] = [];
      await runLabelCount(parseFlags(given, labelCount) as never, {
        print: (line) => lines.push(line),
        status: { writeSync: (bytes) => bytes.length, isTerminal: () => false },
        async train({ out, ...options }) {
          trained.push([options.model, options.latentDim, options.corruption]);
          const { description, files } = tinyRun();
          const known = Object.entries(options).filter(([, value]) => value !== undefined);
          const manifest = { ...description, options: Object.fromEntries(known) as never };
          await writeRun(String(out), { description: manifest, files });
        },
      });
      const text = await Deno.readTextFile(`${dir}/study/results.json`);
      return { lines, results: JSON.parse(text) as LabelCountResult[] };
    };
    const first = await run("--labels", "6", "--draws", "1");
    assertEquals(first.results.length, COMPARED.length);
    const second = await run("--labels", "200,6", "--draws", "2");
    assertEquals(second.results.slice(0, COMPARED.length), first.results);
    // One more sample of 6, and all images once.
    assertEquals(second.results.length, 3 * COMPARED.length);
    for (const { accuracy, labels, classifier } of second.results) {
      assertEquals([classifier, accuracy >= (labels === 200 ? 1 : 0.6)], [classifier, true]);
    }
    assertEquals(trained, [
      ["vae", 16, undefined],
      ["autoencoder", 16, 0.5],
      ["few-labels", undefined, undefined],
    ]);
    assertEquals(namesIn(`${dir}/study`), [
      ...["chart.png", "contrast", "denoising", "report.html", "results.json", "table.csv", "vae"],
    ]);
    const table = parse(await Deno.readTextFile(`${dir}/study/table.csv`), { skipFirstRow: true });
    assertEquals(table.length, 2 * COMPARED.length);
    const other = run("--labels", "6", "--latent-dim", "3");
    await assertRejects(() => other, InputError, "trained with latentDim 16, 3 is needed");
    for (const labels of ["2", "201"]) {
      await assertRejects(
        () => run("--labels", labels),
        InputError,
        `Cannot use --labels ${labels}: there are 3 classes and 200 training images`,
      );
    }
  });
});
