import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { importance, rankTrials, searchFiles } from "../../../train/studies/search_report.ts";
import { inFolder } from "../../command_line.ts";
import { writeTinyRun } from "../../tiny_run.ts";

Deno.test("importance() is the share of the variance that an option explains, and about 0 of chance", () => {
  const random = new Random(0);
  const strong = Array.from({ length: 200 }, () => random.uniform());
  const chance = strong.map(() => random.integer(2));
  const scores = strong.map((value) => value + 0.05 * random.normal());
  assert(importance(strong, scores)! > 0.8);
  assert(importance(chance, scores)! < 0.05);
  assertEquals(importance([0, 1], [3, 4]), undefined);
  assertEquals(importance([0, 0, 1, 1], [3, 3, 3, 3]), 0);
});

Deno.test("searchFiles() lists every trial, the best first, for one trial and for several", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const trial = (trial: number, score?: number) => ({
      ...{ trial, options: { rate: trial / 10 }, shared: {}, curve: [9, 8], seconds: 1 },
      ...score === undefined ? { status: "failed" as const } : { status: "done" as const, score },
    });
    const options = { space: { rate: { low: 0, high: 1 } }, best: `${dir}/run`, title: "Search" };
    const results = [trial(1, 5), trial(2), trial(3, 4)];
    assertEquals(rankTrials(results).map(({ trial }) => trial), [3, 1]);
    const files = await searchFiles(results, options);
    const lines = String(files["table.csv"]).trim().split(/\r?\n/);
    assertEquals(lines.map((line) => line.split(",")[0]), ["trial", "3", "1", "2"]);
    assert(String(files["report.html"]).includes("The best of 3 trials is trial 3"));
    assert(files["chart.png"].length > 1000);
    assert("report.html" in await searchFiles([trial(1, 5)], options));
  });
});
