import { assertEquals, assertRejects } from "@std/assert";
import { componentOutlines } from "../../../lib/latent/component_outline.ts";
import { latentScatter } from "../../../lib/plot/latent_scatter.ts";
import { lossCurves } from "../../../lib/plot/loss_curves.ts";
import { renderPng, renderSvg } from "../../../lib/plot/render.ts";
import type { PlotSpec } from "../../../lib/plot/theme.ts";
import { tinyMixture } from "../../tiny_run.ts";
import { tinyPoints } from "./plot_data.ts";

Deno.test("renderSvg() gives the same text twice, and names of its own to each id", async () => {
  const plot = () => lossCurves([{ name: "total", train: [3, 1], validation: [2, 1] }]);
  const [first, again] = [await renderSvg(plot()), await renderSvg(plot())];
  assertEquals(first, again);
  const scatter = () => {
    const { points, classes } = tinyPoints(6, 2);
    const outlines = componentOutlines(tinyMixture().members[0]);
    return latentScatter({ points, classes, classNames: ["1", "4", "8"], outlines }, {
      domain: { x: [-4, 4], y: [-4, 4] },
    });
  };
  const names = async (id: string) =>
    [...(await renderSvg(scatter(), { id })).matchAll(/ id="([^"]*)"/g)]
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

Deno.test("renderPng() draws the page's colours as dark on white, at the scale asked for", async () => {
  const svg = await renderSvg({
    data: { values: [{ a: 1 }] },
    width: 50,
    height: 20,
    mark: { type: "rect", fill: "currentColor", width: 50, height: 20 },
  });
  const size = (png: Uint8Array) => {
    const view = new DataView(png.buffer, png.byteOffset);
    return [view.getUint32(16), view.getUint32(20)];
  };
  const [width, height] = size(await renderPng(svg, { scale: 1 }));
  assertEquals(size(await renderPng(svg, { scale: 3 })), [3 * width, 3 * height]);
});

Deno.test("renderSvg() leaves text as it is, whatever a class is called", async () => {
  const names = [
    "v 1.2345 b",
    'a class="x" b',
    ' id="y"',
    "url(#z)",
    "xlink:href=",
    "a > 0.12345 b",
  ];
  const svg = await renderSvg({
    data: { values: names.map((name, i) => ({ name, i })) },
    mark: { type: "text" },
    encoding: {
      x: { field: "i", type: "quantitative" },
      text: { field: "name", type: "nominal" },
    },
  });
  const shown = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&").trim()
  );
  for (const name of names) assertEquals(shown.includes(name.trim()), true, `${name}: ${shown}`);
});
