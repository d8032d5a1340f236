import { assertEquals, assertMatch } from "@std/assert";
import { mixture } from "../../../../lib/report/sections/mixture.ts";
import { textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("mixture() lists the components and compares mixtures without labels", async () => {
  const section = mixture(await tinySectionRun());
  const text = textOf(section);
  assertEquals([section!.layout, section!.body.length], ["half", 3]);
  assertMatch(text, /^One mixture of 3 components, chosen on the labelled images alone: plain\./);
  assertMatch(text, /<th scope="row">8<\/th><td class="number">0\.333<\/td>/);
  assertMatch(text, /Bayesian information criterion/);
  assertMatch(text, /class="best"/);
});

Deno.test("mixture() lists the first of very many members, and of many axes the extremes", async () => {
  const run = await tinySectionRun({ latentDim: 3 });
  const [member] = run.classifier!.members;
  const members = new Array(12).fill(member);
  const section = mixture({ ...run, metrics: {}, classifier: { ...run.classifier!, members } });
  assertEquals([section!.layout, section!.body.length], ["two", 2]);
  assertMatch(textOf(section), /^12 mixtures .*, 36 components\. The first mixture is listed/);
});

Deno.test("mixture() is absent where a run holds none", async () => {
  assertEquals(mixture(await without("classifier")), undefined);
});
