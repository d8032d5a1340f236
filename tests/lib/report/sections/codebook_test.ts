import { assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
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

Deno.test("codebook() shows codes among vectors, and the range of both", async () => {
  const run = await without("examples");
  const plane = (count: number) =>
    ndarray("float32", [count, 3], new Random(count, "plane").normals(3 * count));
  const section = codebook({
    ...run,
    metrics: { greatestVectorValue: 9.5, greatestCodeValue: 2.25 },
    examples: { codes: Int32Array.of(1, 2), codebook: { codes: plane(2), vectors: plane(40) } },
  });
  assertMatch(textOf(section), /vectors is 9\.500, that of the codes 2\.250\./);
  assertEquals(figures(section).map(({ name }) => name), ["codebook", "codebook_plane"]);
  assertMatch(await renderSvg(await figures(section)[1].plot() as never), /principal component 1/);
});
