import { assert, assertEquals, assertMatch } from "@std/assert";
import { renderSvg } from "../../../../lib/plot/render.ts";
import { generation } from "../../../../lib/report/sections/generation.ts";
import { figures, textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("generation() shows the latent plane and samples of prior and mixture", async () => {
  const run = await tinySectionRun();
  const shown = figures(generation(run));
  assertEquals(shown.map(({ name }) => name), ["manifold", "samples_prior", "samples_mixture"]);
  const [manifold, ...samples] = await Promise.all(shown.map(({ plot }) => plot()));
  for (const sample of samples) assert(sample instanceof Uint8Array);
  assertMatch(await renderSvg(manifold as Exclude<typeof manifold, Uint8Array>), /−1\.64/);
  await run.release();
});

Deno.test("generation() covers where the images lie after a phase with another prior", async () => {
  const run = await tinySectionRun();
  const history = [...run.history, { epoch: 3, phase: "clusters", values: new Map() }];
  const text = textOf(generation({ ...run, history }));
  assertMatch(text, /the mean and standard deviation of the latent means/);
  assertMatch(text, /the prior of the first phase of training only/);
  await run.release();
});

Deno.test("generation() walks along the axes of another space, the widest first", async () => {
  const run = await tinySectionRun({ latentDim: 3 });
  const [traversals] = figures(generation(run));
  const svg = await renderSvg(await traversals.plot() as never);
  // The third variable is the mean of the others, which nearly cancel.
  assertMatch(svg, /z₁ \([^]*z₃ \(/);
  await run.release();
});

Deno.test("generation() shows the samples that a run holds, and is absent where there are none", async () => {
  const run = await without("latents", "decode");
  const samples = run.examples.test!.images;
  const section = generation({ ...run, examples: { samples } });
  assertEquals(figures(section).map(({ name }) => name), ["samples"]);
  assertEquals(generation({ ...run, examples: {} }), undefined);
});
