import { assertEquals, assertMatch } from "@std/assert";
import { renderSvg } from "../../../../lib/plot/render.ts";
import { codebook } from "../../../../lib/report/sections/codebook.ts";
import { figures, textOf, without } from "./section_data.ts";

Deno.test("codebook() counts the codes that are used, and their perplexity", async () => {
  const run = await without("examples");
  const section = codebook({ ...run, examples: { codes: Int32Array.of(5, 0, 5, 5, 5) } });
  assertMatch(textOf(section), /^4 of 5 codes are used\. Perplexity 4\.0:/);
  assertMatch(await renderSvg(await figures(section)[0].plot() as never), /25%/);
  assertEquals(codebook(run), undefined);
});
