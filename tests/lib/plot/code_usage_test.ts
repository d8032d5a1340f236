import { assertEquals } from "@std/assert";
import { codeUsage } from "../../../lib/plot/code_usage.ts";
import { renderSvg } from "../../../lib/plot/render.ts";

Deno.test("codeUsage() has a bar for each code that is used", async () => {
  const svg = await renderSvg(codeUsage([0.75, 0.25, 0]));
  const bars = [...svg.matchAll(/d="M[\d.]+,[\d.]+h([\d.]+)v([\d.]+)h[^"]*" fill="#0072b2"/g)]
    .map(([, ...sizes]) => sizes.map(Number));
  assertEquals(bars, [[200, 112.5], [200, 37.5], [200, 0]]);
});
