import { assert, assertEquals, assertRejects } from "@std/assert";
import { calibrationOf } from "../../../lib/metrics/calibration.ts";
import { histogramOf } from "../../../lib/array/stats.ts";
import { classificationScores, confusionMatrix } from "../../../lib/metrics/classification.ts";
import { componentOutlines } from "../../../lib/latent/component_outline.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { calibrationCurve } from "../../../lib/plot/calibration_curve.ts";
import { pngUrl } from "../../../lib/plot/png.ts";
import { classScoresPlot } from "../../../lib/plot/class_scores.ts";
import { confusionMatrixPlot } from "../../../lib/plot/confusion_matrix.ts";
import { histogramPlot } from "../../../lib/plot/histogram_plot.ts";
import { imageGrid } from "../../../lib/plot/image_grid.ts";
import { imagePlot } from "../../../lib/plot/image_plot.ts";
import { latentScatter } from "../../../lib/plot/latent_scatter.ts";
import { lossCurves } from "../../../lib/plot/loss_curves.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { PlotSpec } from "../../../lib/plot/theme.ts";
import { Random } from "../../../lib/array/random.ts";
import { classRegions } from "../../../lib/report/parts/class_regions.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { tinyMixture } from "../../tiny_run.ts";

const CLASS_NAMES = ["1", "4", "8"];

/** Points about the means of the tiny mixture, by seed. */
function tinyPoints(count: number, seed: number) {
  const { mixture } = tinyMixture().members[0];
  const random = new Random(seed);
  const classes = Int32Array.from({ length: count }, (_, i) => i % 3);
  const points = new Float32Array(2 * count);
  for (let i = 0; i < points.length; i++) {
    points[i] = mixture.means.data[2 * classes[i >> 1] + i % 2] + random.normal() / 2;
  }
  return { points: ndarray("float32", [count, 2], points), classes };
}

/** Labels of which a tenth is wrong, with the probability that each was given. */
function answers() {
  const random = new Random(5);
  const actual = Int32Array.from({ length: 300 }, (_, i) => i % 3);
  const confidences = Array.from(actual, () => 0.4 + 0.6 * random.uniform());
  const predicted = actual.map((label, i) =>
    random.uniform() < confidences[i] ? label : (label + 1) % 3
  );
  return { actual, confidences, predicted };
}

const domain = { x: [-4, 4], y: [-4, 4] } as const;

/** Every plot on seeded data, by the name of its snapshot. */
const PLOTS: Record<string, () => PlotSpec> = {
  loss_curves: () =>
    lossCurves([
      { name: "total", train: [180, 134, 121], validation: [149, 129, 120] },
      { name: "consistency", train: [null, 6, 4] },
    ], { width: 380, phaseStarts: [2] }),
  latent_scatter: () => {
    const classifier = tinyMixture();
    return latentScatter({
      ...tinyPoints(200, 1),
      classNames: CLASS_NAMES,
      ground: classRegions(classifier, { domain, threshold: -8, side: 24 }),
      outlines: componentOutlines(classifier.members[0]),
      labelled: tinyPoints(6, 2),
    }, { domain, width: 120, height: 120 });
  },
  confusion_matrix: () => {
    const { actual, predicted } = answers();
    return confusionMatrixPlot(confusionMatrix(actual, predicted), {
      classNames: ["ankle boot", "bag", "sandal & <co>"],
    });
  },
  calibration_curve: () => {
    const { actual, confidences, predicted } = answers();
    return calibrationCurve(
      calibrationOf(confidences, Array.from(actual, (label, i) => label === predicted[i])),
    );
  },
  histogram: () => {
    const sets = [3, 4].map((seed) => new Random(seed).normals(500));
    return histogramPlot(histogramOf(sets, { binCount: 12 }), {
      names: ["training images", "test images"],
      title: "log-likelihood (nats)",
      limit: { value: -2, label: "outliers below", side: "left" },
    });
  },
  class_scores: () => {
    const { actual, predicted } = answers();
    return classScoresPlot(classificationScores(confusionMatrix(actual, predicted)).perClass);
  },
  image_plot: () => {
    const pixels = Float32Array.from({ length: 4 * 4 }, (_, i) => i / 15);
    const images = ndarray("float32", [4, 2, 2, 1], pixels);
    const url = pngUrl(imageGrid(images, { columns: 2, colormap: "gnuplot2", scale: 1 }));
    const labels = ["−1.64", "1.64"];
    return imagePlot(url, {
      x: { title: "z₁", labels },
      y: { title: "z₂", labels },
      width: 80,
      height: 80,
    });
  },
};

for (const [name, spec] of Object.entries(PLOTS)) {
  Deno.test(`the plot ${name} is its snapshot`, async () => {
    await assertSnapshot(`${name}.svg`, await renderSvg(spec(), { id: name }));
  });
}

Deno.test("renderSvg() gives the same text twice, and names of its own to each id", async () => {
  const [first, again] = [await renderSvg(PLOTS.histogram()), await renderSvg(PLOTS.histogram())];
  assertEquals(first, again);
  const names = async (id: string) =>
    [...(await renderSvg(PLOTS.latent_scatter(), { id })).matchAll(/ id="([^"]*)"/g)]
      .map(([, name]) => name);
  const all = [...await names("a"), ...await names("b")];
  assertEquals(all.length > 0 && new Set(all).size, all.length);
});

Deno.test("renderSvg() throws if a part of the plot would be left out", async () => {
  const spec: PlotSpec = {
    data: { values: [{ a: 1 }] },
    mark: "bar",
    encoding: { x: { field: "a", type: "ordinal", scale: { type: "point", paddingInner: 1 } } },
  };
  await assertRejects(() => renderSvg(spec, { id: "wrong" }), Error, 'Cannot plot "wrong"');
});

Deno.test("a scatter of 60,000 points takes less than 3 MB", async () => {
  const data = { ...tinyPoints(60_000, 1), classNames: CLASS_NAMES };
  const svg = await renderSvg(latentScatter(data, { domain }));
  assert(svg.length < 3e6, `${svg.length} bytes`);
});
