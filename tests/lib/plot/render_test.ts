import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fontPaths, readWidths } from "../../../lib/plot/font.ts";
import { renderPng, renderSvg } from "../../../lib/plot/render.ts";
import { classColours, rgb } from "../../../lib/plot/colours.ts";

Deno.test("readWidths() gives the advances of the font, and that of its sign for what it lacks", async () => {
  const { normal, bold } = await fontPaths();
  const width = readWidths(await Deno.readFile(normal));
  // From Pillow: getlength() at a size of 2048, the units of DejaVu Sans an em.
  assertAlmostEquals(width("0".codePointAt(0)!), 1303 / 2048, 1e-9);
  assertAlmostEquals(width("i".codePointAt(0)!), 569 / 2048, 1e-9);
  assertAlmostEquals(width("₁".codePointAt(0)!), 821 / 2048, 1e-9);
  assertAlmostEquals(width(0x10ffff), 1229 / 2048, 1e-9);
  const boldWidth = readWidths(await Deno.readFile(bold));
  assertAlmostEquals(boldWidth("i".codePointAt(0)!), 702 / 2048, 1e-9);
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

Deno.test("classColours() gives up to ten classes colours of their own", () => {
  for (const count of [1, 3, 7, 8, 10]) {
    const colours = classColours(count);
    assertEquals([colours.length, new Set(colours).size], [count, count]);
  }
  assertEquals(classColours(12).length, 12);
  assertEquals(rgb("#0072b2"), [0, 114, 178]);
});
