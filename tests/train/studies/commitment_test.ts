import { assert, assertEquals } from "@std/assert";
import { formatHistory } from "../../../lib/run/history_file.ts";
import { formatMetrics } from "../../../lib/run/metrics_file.ts";
import { openContents } from "../../../lib/run/run_folder.ts";
import type { EpochLog } from "../../../train/core/callbacks.ts";
import { commitment } from "../../../train/studies/commitment.ts";
import { vqVae } from "../../../train/systems/vq_vae.ts";
import { tinyRun } from "../../tiny_run.ts";

Deno.test("the study commitment sets only options that its system has, with ascending values", () => {
  for (const name of [commitment.option, ...Object.keys(commitment.defaults)]) {
    assert(name in vqVae.options, name);
  }
  const values = commitment.trials.map(({ value }) => Number(value));
  assertEquals(values, [...values].sort((a, b) => a - b));
});

const ROWS: readonly EpochLog[] = [
  { epoch: 1, phase: "train", loss: 3, commitmentLoss: 2 },
  { epoch: 2, phase: "train", loss: 1, commitmentLoss: 0.5 },
];

Deno.test("the study commitment measures what a run of vq-vae says", async () => {
  const text = new TextEncoder();
  const run = await openContents("run", {
    description: tinyRun().description,
    files: {
      "history.csv": text.encode(formatHistory(ROWS)),
      "metrics.json": text.encode(formatMetrics({
        reconstruction: { meanSquaredError: 0.1, structuralSimilarity: null },
        greatestVectorValue: 7,
        codePerplexity: 12,
      })),
    },
  });
  assertEquals(await commitment.measure(run), {
    "mean squared error": 0.1,
    "distance to the codes": 0.5,
    "greatest value of a vector": 7,
    "perplexity": 12,
  });
});
