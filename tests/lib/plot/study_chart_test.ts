import { assertEquals } from "@std/assert";
import { renderSvg } from "../../../lib/plot/render.ts";
import { studyChart } from "../../../lib/plot/study_chart.ts";

Deno.test("studyChart() has a panel for each measure, titled by its name", async () => {
  const rows = [{ beta: 1, KL: 9, "active dimensions": 4 }, {
    beta: 16,
    KL: 2,
    "active dimensions": 1,
  }];
  const svg = await renderSvg(studyChart(rows, { option: "beta" }));
  const titles = ["KL", "active dimensions", "beta"].map((name) =>
    svg.split(`>${name}<`).length - 1
  );
  assertEquals(titles, [1, 1, 2]);
});
