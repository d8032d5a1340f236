import { assertEquals, assertMatch } from "@std/assert";
import { outliers } from "../../../../lib/report/sections/outliers.ts";
import { renderSvg } from "../../../../lib/plot/render.ts";
import { figures, textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("outliers() shows the scores with the threshold", async () => {
  const section = outliers(await tinySectionRun());
  assertMatch(
    textOf(section),
    /above 0\.99 .+ 1 % of the held-out training images\. Of the test/s,
  );
  const [{ plot }] = figures(section);
  assertMatch(await renderSvg(await plot() as never), /outliers above 0\.99/);
});

Deno.test("outliers() says where all are outliers", async () => {
  const run = await tinySectionRun({ test: false });
  const all = { ...run.metrics.outliers!, share: 1, accuracyOfOthers: null };
  const section = outliers({ ...run, metrics: { outliers: all } });
  assertMatch(textOf(section), /Of the labelled images, 100\.00 % are outliers\.\n/);
});

Deno.test("outliers() is absent where a run tells none", async () => {
  assertEquals(outliers(await without("metrics")), undefined);
});
