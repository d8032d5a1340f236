import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { ablate } from "../../bench/ablation.ts";

Deno.test("ablate() scores every part on hidden labels, and what the plan does not have is NaN", async () => {
  const random = new Random(0);
  // Bars from left to right or from top to bottom: neither slanted nor many enough to be mirrored.
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  const images = ndarray(
    "uint8",
    [40, 8, 8, 1],
    Uint8Array.from({ length: 40 * 64 }, (_, i) => {
      const along = labels[Math.floor(i / 64)] === 0 ? i % 8 : Math.floor(i / 8) % 8;
      return (along === 3 || along === 4 ? 200 : 0) + random.integer(40);
    }),
  );
  const train = { images, labels };
  const scores = await ablate(
    { perClass: 3, load: () => Promise.resolve({ train, test: train }) },
    {
      effort: 0.05,
    },
  );
  const { colours, "no deskewing": deskewing, "no mirroring": mirroring, ...parts } = scores;
  assertEquals([colours, deskewing, mirroring], [NaN, NaN, NaN]);
  assertEquals(Object.keys(parts).length, 6);
  assertEquals(scores.histograms, 1);
  for (const score of Object.values(parts)) assert(score >= 0 && score <= 1);
});
