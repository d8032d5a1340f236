import { assert, assertEquals } from "@std/assert";
import { formatMetrics } from "../../../lib/run/metrics_file.ts";
import { openContents } from "../../../lib/run/run_folder.ts";
import { completion } from "../../../train/studies/completion.ts";
import { cvae } from "../../../train/systems/cvae.ts";
import { tinyRun } from "../../tiny_run.ts";

Deno.test("the study completion sets only options that its system has, with ascending values", () => {
  for (const name of [completion.option, ...Object.keys(completion.defaults)]) {
    assert(name in cvae.options, name);
  }
  const values = completion.trials.map(({ value }) => Number(value));
  assertEquals(values, [...values].sort((a, b) => a - b));
});

Deno.test("the study completion measures what a run of cvae says", async () => {
  const metrics = { negativeLogLikelihood: 70, baselineNegativeLogLikelihood: 100 };
  const run = await openContents("run", {
    description: tinyRun().description,
    files: { "metrics.json": new TextEncoder().encode(formatMetrics(metrics)) },
  });
  assertEquals(await completion.measure(run), {
    "negative log-likelihood": 70,
    "without latent variables": 100,
  });
});
