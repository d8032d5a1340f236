import { assertEquals } from "@std/assert";
import { componentOutlines } from "../../../lib/latent/component_outline.ts";
import { latentScatter } from "../../../lib/plot/latent_scatter.ts";
import { renderPng, renderSvg } from "../../../lib/plot/render.ts";
import { classRegions } from "../../../lib/report/parts/class_regions.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { tinyMixture } from "../../tiny_run.ts";
import { classNames, HARD_NAMES, textsOf, tinyPoints } from "./plot_data.ts";

const domain = { x: [-4, 4], y: [-4, 4] } as const;

Deno.test("the plot latent_scatter is its snapshot", async () => {
  const classifier = tinyMixture();
  const plot = latentScatter({
    ...tinyPoints(200, 1),
    classNames: ["1", "4", "8"],
    ground: classRegions(classifier, { domain, threshold: -8, side: 24 }),
    outlines: componentOutlines(classifier.members[0]),
    labelled: tinyPoints(6, 2),
  }, { domain, width: 120, height: 120 });
  await assertSnapshot("latent_scatter.svg", await renderSvg(plot, { id: "latent_scatter" }));
});

Deno.test("latentScatter() names ten classes in a legend, and more beside a point of each", async () => {
  for (const count of [10, 31, 100]) {
    const { points } = tinyPoints(3 * count, 1);
    const classes = Int32Array.from({ length: 3 * count }, (_, i) => i % count);
    const svg = await renderSvg(
      latentScatter(
        { points, classes, classNames: classNames(count), labelled: { points, classes } },
        { domain: { x: [-9, 9], y: [-9, 9] } },
      ),
    );
    const texts = textsOf(svg);
    assertEquals(texts.includes("class"), count === 10);
    assertEquals(texts.includes(count === 10 ? HARD_NAMES[9] : `class ${count - 1}`), true);
    assertEquals(texts.filter((text) => text === "same").length, 2);
    assertEquals((await renderPng(svg)).length > 1000, true);
  }
});

Deno.test("a scatter of 60,000 points is an SVG of less than 3 MB", async () => {
  const plot = latentScatter({ ...tinyPoints(60_000, 1), classNames: ["1", "4", "8"] }, { domain });
  assertEquals((await renderSvg(plot)).length < 3e6, true);
});
