import { assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { histogramOf } from "../../../lib/array/stats.ts";
import { histogramPlot } from "../../../lib/plot/histogram_plot.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { textsOf } from "./plot_data.ts";

const names = ["training images", "test images"];

Deno.test("the plot histogram is its snapshot", async () => {
  const sets = [3, 4].map((seed) => new Random(seed).normals(500));
  const plot = histogramPlot(histogramOf(sets, { binCount: 12 }), {
    names,
    title: "log-likelihood (nats)",
    limit: { value: -2, label: "outliers below", side: "left" },
  });
  await assertSnapshot("histogram.svg", await renderSvg(plot, { id: "histogram" }));
});

Deno.test("histogramPlot() shows values that are all equal", async () => {
  const histogram = histogramOf([[3, 3, 3], [3]]);
  const texts = textsOf(await renderSvg(histogramPlot(histogram, { names, title: "value" })));
  assertEquals(names.every((name) => texts.includes(name)), true);
});
