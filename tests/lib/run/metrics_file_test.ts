import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { classificationScores } from "../../../lib/metrics/classification.ts";
import { formatMetrics, readMetrics, type RunMetrics } from "../../../lib/run/metrics_file.ts";
import { InputError } from "../../../lib/input_error.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyRun } from "../../tiny_run.ts";

async function read(text: string) {
  const files = { [RUN_FILES.metrics]: new TextEncoder().encode(text) };
  return await readMetrics(await openContents("run", { ...tinyRun(), files }));
}

const confusionMatrix = { classes: [1, 4], counts: [[9, 1], [0, 10]] };

const METRICS: RunMetrics = {
  scored: { count: 20, split: "test images" },
  classification: { ...classificationScores(confusionMatrix), confusionMatrix },
  reconstruction: { meanSquaredError: 0.02, structuralSimilarity: null },
  codesUsed: 17,
};

Deno.test("readMetrics() reads what formatMetrics() wrote, and keeps numbers it does not know", async () => {
  assertEquals(await read(formatMetrics(METRICS)), METRICS);
  assertEquals(await read(formatMetrics({})), {});
});

Deno.test("formatMetrics() and readMetrics() throw where a value is out of its range", async () => {
  const classification = METRICS.classification!;
  const cases: [Record<string, unknown>, string][] = [
    [{ classification: { ...classification, accuracy: 1.5 } }, '"classification.accuracy"'],
    [{ classification: { ...classification, macro: {} } }, '"classification.macro.precision"'],
    [
      {
        classification: { ...classification, confusionMatrix: { classes: [1], counts: [[1, 2]] } },
      },
      "not one row and one column for each class",
    ],
    [
      {
        classification: {
          ...classification,
          confusionMatrix: { classes: [1, 5], counts: [[1, 2], [3, 4]] },
        },
      },
      "perClass and confusionMatrix have other classes",
    ],
    [
      {
        classification: {
          ...classification,
          confusionMatrix: { classes: [1, 4], counts: [[1, -2], [3, 4]] },
        },
      },
      '"classification.confusionMatrix.counts.0.1"',
    ],
    [{ scored: { count: 1 } }, '"scored.split"'],
    [{ other: "text" }, 'a fault at "other" (it is no number)'],
  ];
  for (const [metrics, message] of cases) {
    assertThrows(() => formatMetrics(metrics as RunMetrics), InputError, message);
    await assertRejects(() => read(JSON.stringify(metrics)), InputError, message);
  }
  assertThrows(() => formatMetrics({ other: NaN }), InputError, "it is no number");
  await assertRejects(() => read("{"), InputError, "it is not JSON");
});
