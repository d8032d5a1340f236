import { assertEquals, assertMatch } from "@std/assert";
import { classificationScores, confusionMatrix } from "../../../../lib/metrics/classification.ts";
import { classification } from "../../../../lib/report/sections/classification.ts";
import { renderSvg } from "../../../../lib/plot/render.ts";
import { figures, textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("classification() says the scores, of other label samples too", async () => {
  const run = await tinySectionRun();
  const section = classification(run);
  assertMatch(
    textOf(section),
    /^Over 60 test images, [^:]*: accuracy 100\.00 %, .* F1 1\.0000\.\n/,
  );
  assertMatch(textOf(section), /Counts of true class \(rows\) by predicted class \(columns\)/);
  const labelSamples = { count: 4, mean: 0.9, standardDeviation: 0.01, worst: 0.88 };
  const baselines = [{ name: "1-NN", accuracy: 0.75, meanF1: 0.7 }];
  const metrics = { classification: { ...run.metrics.classification!, labelSamples, baselines } };
  assertMatch(
    textOf(classification({ ...run, metrics })),
    />1-NN<\/th><td class="number">75\.00 %<\/td><td class="number">0\.7000</,
  );
  assertMatch(
    textOf(classification({ ...run, metrics })),
    /^Accuracy .* Over 4 other samples .* is 0\.9000 on average, .* 0\.0100, worst 0\.8800\./,
  );
});

Deno.test("classification() of 100 classes shows the ones with the lowest F1", async () => {
  const run = await tinySectionRun();
  const actual = Int32Array.from({ length: 300 }, (_, i) => i % 100);
  // Half of class 7 is wrong.
  const matrix = confusionMatrix(
    actual,
    actual.map((label, i) => label === 7 && i > 99 ? 8 : label),
  );
  const scores = { ...classificationScores(matrix), confusionMatrix: matrix };
  const section = classification({ ...run, metrics: { classification: scores } });
  assertEquals(figures(section).map(({ name, wide }) => [name, wide ?? false]), [
    ["confusion_matrix", true],
    ["class_scores", false],
  ]);
  assertMatch(textOf(section), /the 25 of 100 classes with the lowest F1/);
  const svg = await renderSvg(await figures(section)[1].plot() as never);
  assertMatch(svg, />7</);
});

Deno.test("classification() is absent where nothing was classified", async () => {
  assertEquals(classification(await without("metrics")), undefined);
});
