import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { measure } from "../../../bench/datasets/measure.ts";

Deno.test("measure() scores every baseline on the test images", async () => {
  const random = new Random(0);
  const set = (count: number) => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
    const pixels = Float32Array.from({ length: count * 16 }, (_, i) => {
      return 0.3 * random.uniform() + 0.6 * labels[Math.floor(i / 16)];
    });
    return { images: ndarray("float32", [count, 4, 4, 1], pixels), labels };
  };
  const found = await measure({ train: set(60), test: set(20) }, {
    perClass: 2,
    seed: 0,
    effort: 0.2,
  });
  assertEquals(found.slice(1).map(({ classifier, score }) => [classifier, score]), [
    ["nearestNeighbour", 1],
    ["logisticRegression", 1],
    ["labelSpreading", 1],
  ]);
  assertEquals(found[0].classifier, "few-labels");
});
