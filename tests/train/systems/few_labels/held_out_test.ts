import { assertEquals, assertNotEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { predictHeldOut } from "../../../../train/systems/few_labels/held_out.ts";

/** Two clusters in turn. */
function clusters(count: number) {
  const random = new Random(0, "points");
  const data = Float32Array.from(
    { length: 2 * count },
    (_, i) => random.normal() + (i >> 1) % 2 * 9,
  );
  return ndarray("float32", [count, 2], data);
}
const options = { classes: 2, seed: 0, threads: 1 };

Deno.test("predictHeldOut() predicts each labelled point once, without its own label", async () => {
  const labels = Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
  // A label that is wrong is not found by the others.
  const wrong = labels.with(3, 0);
  const { rows, labels: found, confidence } = await predictHeldOut([clusters(200)], {
    ...options,
    labels: wrong,
  });
  assertEquals(rows.toSorted((a, b) => a - b), [...labels.keys()]);
  assertEquals(found, rows.map((row) => labels[row]));
  assertEquals(confidence.every((value) => value > 0.5 && value <= 1), true);
});

Deno.test("predictHeldOut() holds out no point where each class has one", async () => {
  const alone = await predictHeldOut([clusters(40)], { ...options, labels: Int32Array.of(0, 1) });
  assertEquals(alone, { rows: [], labels: [], confidence: [] });
});

Deno.test("predictHeldOut() takes the mean of several views: one that says nothing does no harm", async () => {
  const labels = Int32Array.of(0, 1, 0, 1, 0, 1);
  const noise = ndarray("float32", [200, 2], new Random(1).normals(400));
  const { rows, labels: found } = await predictHeldOut([noise, clusters(200), clusters(200)], {
    ...options,
    labels,
  });
  assertEquals(found, rows.map((row) => labels[row]));
  const alone = await predictHeldOut([noise], { ...options, labels });
  assertNotEquals(alone.labels, alone.rows.map((row) => labels[row]));
});
