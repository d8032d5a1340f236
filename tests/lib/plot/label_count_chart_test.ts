import { assertEquals } from "@std/assert";
import { labelCountChart } from "../../../lib/plot/label_count_chart.ts";
import { renderSvg } from "../../../lib/plot/render.ts";

Deno.test("labelCountChart() has a legend of the classifiers, and an axis of the label counts", async () => {
  const scores = ["forest", "SVM"].flatMap((classifier) =>
    [50, 60_000].map((labels) => ({ classifier, labels, mean: 0.7, standardDeviation: 0.02 }))
  );
  const svg = await renderSvg(labelCountChart(scores));
  for (const text of ["forest", "SVM", "50", "60,000", "accuracy"]) {
    assertEquals(svg.includes(`>${text}</text>`), true, text);
  }
});
