import { assert, assertEquals, assertMatch } from "@std/assert";
import { reconstruction } from "../../../../lib/report/sections/reconstruction.ts";
import { join } from "../../../../lib/array/rows.ts";
import { figures, textOf, tinySectionRun, without } from "./section_data.ts";

Deno.test("reconstruction() shows each role that has reconstructions, and the scores", async () => {
  const run = await tinySectionRun();
  const section = reconstruction(run);
  assertEquals(figures(section).map(({ name }) => name), [
    "reconstructions_labelled",
    "reconstructions_test",
  ]);
  assertMatch(textOf(section), /^Over 60 test images, [^:]*: mean squared error 0\.0\d+ \(1 − MSE/);
  // Images of 4x4 pixels.
  assertMatch(textOf(section), /structural similarity none, as the images are smaller/);
  const { labelled } = run.examples;
  const alone = reconstruction({ ...run, metrics: {}, examples: { labelled: labelled! } });
  assertEquals([figures(alone).length, alone!.body.length], [1, 1]);
});

Deno.test("reconstruction() shows samples of each image below it, once", async () => {
  const { examples: { test, labelled }, ...run } = await tinySectionRun();
  const rows = (shown: typeof test) => join(Array(6).fill(shown!.images));
  const section = reconstruction({
    ...run,
    examples: {
      test: { ...test!, sampled: rows(test) },
      labelled: { ...labelled!, sampled: rows(labelled) },
    },
  });
  const names = figures(section).map(({ name }) => name);
  assertEquals(names, ["reconstructions_labelled", "reconstructions_test", "posterior_samples"]);
  const { caption, plot } = figures(section)[2];
  assertMatch(caption, /3 samples .* with the variance that the encoder gives, then with 20 times/);
  assert(await plot() instanceof Uint8Array);
});

Deno.test("reconstruction() is absent where nothing was reconstructed", async () => {
  assertEquals(reconstruction(await without("examples", "metrics")), undefined);
});
