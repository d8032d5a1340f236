import { assert, assertEquals, assertMatch } from "@std/assert";
import { renderSvg } from "../../../../lib/plot/render.ts";
import { latentSpace } from "../../../../lib/report/sections/latent_space.ts";
import { figures, textOf, tinySectionRun, without } from "./section_data.ts";

async function render(section: ReturnType<typeof latentSpace>): Promise<string[]> {
  return await Promise.all(
    figures(section).map(async ({ plot }) => await renderSvg(await plot() as never)),
  );
}

Deno.test("latentSpace() shows a plane with its mixture, and each member of an ensemble", async () => {
  const run = await tinySectionRun();
  assertEquals(figures(latentSpace(run)).map(({ name }) => name), ["latent_scatter"]);
  const { classifier } = run;
  const [member] = classifier!.members;
  const members = [0.5, 0.5].map((weight) => ({ ...member, weight }));
  const section = latentSpace({ ...run, classifier: { ...classifier!, members } });
  assertEquals(figures(section).map(({ name }) => name), ["latent_scatter", "mixture_members"]);
  assertMatch(textOf(section), /of the first of 2 mixtures whose posteriors are averaged/);
  const [, panels] = await render(section);
  assertMatch(panels, /2\. transform none/);
});

Deno.test("latentSpace() shows a space of three axes by PCA and t-SNE", async () => {
  const section = latentSpace(await tinySectionRun({ latentDim: 3 }));
  assertEquals(figures(section).map(({ name }) => name), ["latent_pca", "latent_tsne"]);
  const [pca, tsne] = await render(section);
  assertMatch(pca, /principal component 1 \(\d+ % of the variance\)/);
  assertMatch(tsne, /t-SNE 2/);
});

Deno.test("latentSpace() shows the points alone where there is no classifier", async () => {
  const { manifest: { classes: _, ...manifest }, ...run } = await without("classifier");
  const { z } = run.latents!;
  const section = latentSpace({ ...run, manifest, latents: { z } });
  assertEquals(textOf(section), "Latent means of 120 training images.");
  assert((await render(section))[0].length > 1000);
});

Deno.test("latentSpace() is absent without latents", async () => {
  assertEquals(latentSpace(await without("latents")), undefined);
});
