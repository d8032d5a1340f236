import { assertEquals, assertMatch } from "@std/assert";
import { outliers } from "../../../../lib/report/sections/outliers.ts";
import { renderSvg } from "../../../../lib/plot/render.ts";
import { figures, textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("outliers() shows both measures with their thresholds", async () => {
  const run = await tinySectionRun();
  const section = outliers(run);
  assertMatch(textOf(section), /1 % of the training images are beyond each\. Of the test images, /);
  const svgs = await Promise.all(
    figures(section).map(async ({ plot }) => await renderSvg(await plot() as never)),
  );
  assertMatch(svgs[0], /outliers below −?\d/);
  assertMatch(svgs[1], /outliers above \d/);
});

Deno.test("outliers() shows one measure where a run has one, and says where all are outliers", async () => {
  const run = await tinySectionRun({ test: false });
  const { thresholds: { logLikelihood }, histograms, ...rest } = run.metrics.outliers!;
  const one = {
    ...rest,
    accuracyOfOthers: null,
    thresholds: { logLikelihood },
    histograms: { logLikelihood: histograms.logLikelihood },
  };
  const section = outliers({ ...run, metrics: { outliers: one } });
  assertEquals(figures(section).map(({ name }) => name), ["likelihood"]);
  assertMatch(textOf(section), /Of the labelled images, \S+ % are outliers\.\n/);
});

Deno.test("outliers() is absent where a run has no thresholds", async () => {
  assertEquals(outliers(await without("metrics")), undefined);
});
