import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { baselines } from "../../../lib/classical/baselines.ts";

/** 6x6 images with a bright upper or lower half, and noise, class after class. */
function halves(perClass: number, seed: number) {
  const random = new Random(seed);
  const pixels = Float32Array.from(
    { length: 2 * perClass * 36 },
    (_, i) => {
      const lower = i >= perClass * 36;
      return 0.4 * random.uniform() + (lower === i % 36 >= 18 ? 0.5 : 0);
    },
  );
  return ndarray("float32", [2 * perClass, 6, 6, 1], pixels);
}

Deno.test("baselines() all tell images apart that differ plainly", async () => {
  const found = await baselines({
    unlabelled: halves(40, 1),
    labelled: halves(2, 2),
    labels: [0, 0, 1, 1],
    test: halves(5, 3),
  }, { classes: 2 });
  const expected = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
  assertEquals(found, {
    nearestNeighbour: expected,
    logisticRegression: expected,
    labelSpreading: expected,
  });
});
