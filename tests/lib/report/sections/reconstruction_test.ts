import { assertEquals, assertMatch } from "@std/assert";
import { reconstruction } from "../../../../lib/report/sections/reconstruction.ts";
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

Deno.test("reconstruction() is absent where nothing was reconstructed", async () => {
  assertEquals(reconstruction(await without("examples", "metrics")), undefined);
});
