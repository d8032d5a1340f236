import { assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { completion } from "../../../../lib/report/sections/completion.ts";
import { figures, textOf, without } from "./section_data.ts";

Deno.test("completion() shows rows of ten images and both likelihoods", async () => {
  const run = await without("examples");
  const completions = ndarray("float32", [80, 4, 4, 1], new Float32Array(80 * 16));
  const section = completion({
    ...run,
    examples: { completions },
    metrics: {
      negativeLogLikelihood: 71.25,
      baselineNegativeLogLikelihood: 100.5,
      importanceSamples: 100,
      importanceImages: 1000,
    },
  });
  assertMatch(
    textOf(section),
    /: 71\.25 nats \(100 importance samples of each of 1,000 images\).* 100\.5 nats/,
  );
  assertMatch(textOf(section), /5 completions/);
  const picture = await figures(section)[0].plot();
  assertEquals((picture as Uint8Array).subarray(1, 4), new TextEncoder().encode("PNG"));
  assertEquals(completion(run), undefined);
});
