import { assertEquals, assertMatch } from "@std/assert";
import { selection } from "../../../../lib/report/sections/selection.ts";
import { textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("selection() lists the candidates, the chosen one bold, failures as dashes", async () => {
  const text = textOf(selection(await tinySectionRun()));
  assertMatch(text, /<strong class="best">plain<\/strong><\/th><td class="number">100\.00 %/);
  assertMatch(text, /other<\/th>(<td class="number">–<\/td>){3}/);
});

Deno.test("selection() is absent where nothing was selected", async () => {
  assertEquals(selection(await without("metrics")), undefined);
});
