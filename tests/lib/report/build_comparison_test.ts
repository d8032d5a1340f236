import { assertEquals, assertMatch } from "@std/assert";
import { buildComparison } from "../../../lib/report/build_comparison.ts";
import type { RunContent } from "../../../lib/report/parts/report_run.ts";
import { tinySectionRun } from "./sections/section_data.ts";

async function comparison(change: (run: RunContent) => RunContent): Promise<string> {
  const run = await tinySectionRun();
  const reports = [run, change(run)].map((run) => ({ run, sections: [], failures: [] }));
  return buildComparison(reports);
}

Deno.test("buildComparison() marks the best where runs were scored on equally many images", async () => {
  const worse = (count: number) => (run: RunContent) => {
    const { classification, scored } = run.metrics;
    return {
      ...run,
      metrics: {
        scored: { ...scored!, count },
        classification: { ...classification!, accuracy: 0.5 },
      },
    };
  };
  assertMatch(await comparison(worse(60)), /<strong class="best">100\.00 %<\/strong>/);
  const other = await comparison(worse(61));
  assertEquals(other.includes('class="best"'), false);
  assertMatch(
    other,
    /mean squared error<\/th><td class="number">0\.\d+<\/td><td class="number">none/,
  );
});

Deno.test("buildComparison() lists the options that differ", async () => {
  const page = await comparison((run) => ({
    ...run,
    manifest: { ...run.manifest, options: { epochs: 3 } },
  }));
  assertMatch(page, /<th scope="row">epochs<\/th><td class="number"><\/td><td class="number">3</);
});
