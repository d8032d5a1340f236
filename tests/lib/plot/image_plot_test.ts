import { ndarray } from "../../../lib/array/ndarray.ts";
import { imageGrid } from "../../../lib/plot/image_grid.ts";
import { imagePlot } from "../../../lib/plot/image_plot.ts";
import { pngUrl } from "../../../lib/plot/png.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { assertSnapshot } from "../../snapshot.ts";

Deno.test("the plot image_plot is its snapshot", async () => {
  const pixels = Float32Array.from({ length: 4 * 4 }, (_, i) => i / 15);
  const images = ndarray("float32", [4, 2, 2, 1], pixels);
  const labels = ["−1.64", "1.64"];
  const plot = imagePlot(
    pngUrl(imageGrid(images, { columns: 2, colormap: "gnuplot2", scale: 1 })),
    { x: { title: "z₁", labels }, y: { title: "z₂", labels }, width: 80, height: 80 },
  );
  await assertSnapshot("image_plot.svg", await renderSvg(plot, { id: "image_plot" }));
});
