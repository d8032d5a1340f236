import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { formatHistory } from "../../../lib/run/history_file.ts";
import { writeRun } from "../../../lib/run/run_folder.ts";
import { openPartial } from "../../../train/run/partial_run.ts";
import { isHopeless, runSearch, type RunSearchOptions } from "../../../train/studies/search.ts";
import { CrashError } from "../../../train/studies/train_process.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { tinyRun } from "../../tiny_run.ts";

const SPACE = { rate: { low: 0.01, high: 100, log: true }, size: { choices: [1, 2, 3] } };

/** Options whose trainings end after four epochs with a loss of `rate + size`. */
function optionsFor(out: string, trained: string[], failing: Record<string, Error> = {}) {
  return {
    ...{ out, parallel: 2, trials: 8, prune: false, seed: 0, space: SPACE, values: { epochs: 4 } },
    print: () => {},
    async train({ out, rate, size }, { onEpoch } = {}) {
      trained.push(String(out).split("/").at(-1)!);
      const failure = failing[trained.at(-1)!];
      if (failure !== undefined) throw failure;
      const rows = [];
      for (let epoch = 1; epoch <= 4; epoch++) {
        const valLoss = Number(rate) + Number(size) + (4 - epoch);
        rows.push({ epoch, phase: "train", loss: 1, valLoss });
        await Promise.resolve();
        if (onEpoch?.(rows.at(-1)!) === false) return;
      }
      const { description } = tinyRun();
      const history = new TextEncoder().encode(formatHistory(rows));
      await writeRun(String(out), { description, files: { "history.csv": history } });
    },
  } satisfies RunSearchOptions;
}

Deno.test("runSearch() does no trial twice, goes on after a crash, and keeps the best run alone", async () => {
  await inFolder(async (dir) => {
    const trained: string[] = [];
    const failing = {
      "trial-3": new CrashError("killed"),
      "trial-5": new InputError("Cannot train: too large"),
    };
    await assertRejects(
      () => runSearch(optionsFor(dir, trained, failing)),
      InputError,
      "of 8 trials 1 failed, the others are kept; the same command tries them again\ntrial 3: killed",
    );
    const { results, best } = await runSearch(optionsFor(dir, trained));
    assertEquals(trained.toSorted(), [1, 2, 3, 3, 4, 5, 6, 7, 8].map((trial) => `trial-${trial}`));
    assertEquals(results.find(({ trial }) => trial === 5)!.message, "Cannot train: too large");
    const scores = results.flatMap(({ score, trial }) =>
      score === undefined ? [] : [{ score, trial }]
    );
    for (const { options, score } of results) {
      if (score !== undefined) assertEquals(score, Number(options.rate) + Number(options.size));
    }
    const least = scores.reduce((a, b) => b.score < a.score ? b : a);
    assertEquals(best, `${dir}/trial-${least.trial}`);
    assertEquals(namesIn(dir), ["results.json", `trial-${least.trial}`]);
    const other = { ...optionsFor(dir, trained), values: { epochs: 5 } };
    await assertRejects(
      () => runSearch(other),
      InputError,
      "was trained with epochs 4, 5 is needed",
    );
    const seeded = { ...optionsFor(dir, trained), seed: 1 };
    await assertRejects(() => runSearch(seeded), InputError, "another --out starts anew");
  });
});

Deno.test("runSearch() takes no trial that another process trains for one that failed", async () => {
  await inFolder(async (dir) => {
    const described = { system: "x", data: "", options: {} };
    const other = await openPartial(`${dir}/trial-2`, described, { share: 1 });
    const trained: string[] = [];
    const run = () => runSearch(optionsFor(dir, trained));
    await assertRejects(run, InputError, `another process is training into "${dir}/trial-2"`);
    assertEquals([trained, namesIn(dir)], [[], ["trial-2.partial"]]);
    await other.remove();
    assertEquals((await run()).results.every(({ status }) => status === "done"), true);
  });
});

Deno.test("runSearch() ends trials early that are worse than the median, and says if all failed", async () => {
  await inFolder(async (dir) => {
    const options = { ...optionsFor(dir, []), prune: true, parallel: 1, trials: 20 };
    const { results, best } = await runSearch(options);
    const pruned = results.filter(({ status }) => status === "pruned");
    assertEquals(pruned.length > 2 && pruned.every(({ curve }) => curve.length < 4), true);
    assertEquals(results.slice(0, 4).map(({ status }) => status), new Array(4).fill("done"));
    const values = results.map(({ options }) => Number(options.rate) + Number(options.size));
    assertEquals(best, `${dir}/trial-${results[values.indexOf(Math.min(...values))].trial}`);
    const failing = { "trial-1": new InputError("Cannot train: no") };
    const none = { ...optionsFor(`${dir}/none`, [], failing), trials: 1 };
    await assertRejects(() => runSearch(none), InputError, "every trial failed\nCannot train: no");
  });
});

Deno.test("isHopeless() compares with the median of trials that came as far", () => {
  const others = [[5, 4, 3], [6, 5, 4], [7, 6], [8, 1]].map((curve) => ({ curve }));
  assertEquals(isHopeless([9], others), false); // its first epoch
  assertEquals(isHopeless([9, 4.4], others), false); // of 4, 5, 6, 1 the median is 4.5
  assertEquals(isHopeless([9, 4.6], others), true);
  assertEquals(isHopeless([9, 9, 9], others), false); // two came as far
});
