import { assertAlmostEquals } from "@std/assert";
import { fontPaths, readWidths } from "../../../lib/plot/font.ts";

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
