import { assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { argMaxRows } from "../../../../lib/array/stats.ts";
import { propagate } from "../../../../train/systems/few_labels/propagate.ts";

Deno.test("propagate() labels every point, the labelled ones first", async () => {
  const random = new Random(0);
  const points = Float32Array.from({ length: 160 }, (_, i) => random.normal() + 9 * ((i >> 1) % 2));
  const { posteriors, agreement } = await propagate(ndarray("float32", [80, 2], points), {
    labels: Int32Array.of(0, 1),
    classes: 2,
    seed: 0,
    threads: 1,
  });
  assertEquals(agreement, 1);
  assertEquals(argMaxRows(posteriors.data, 2), Int32Array.from({ length: 80 }, (_, i) => i % 2));
});
