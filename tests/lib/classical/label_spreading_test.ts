import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { spreadLabels } from "../../../lib/classical/label_spreading.ts";
import { argMaxRows } from "../../../lib/array/stats.ts";

/** Clusters of the given sizes, 8 apart on their own axis. */
function clusters(sizes: readonly number[]) {
  const random = new Random(5);
  const count = sizes.reduce((sum, size) => sum + size);
  const points = new Float32Array(count * 4);
  const classes = new Int32Array(count);
  let row = 0;
  sizes.forEach((size, c) => {
    for (let i = 0; i < size; i++, row++) {
      for (let j = 0; j < 4; j++) points[row * 4 + j] = random.normal() + (j === c ? 8 : 0);
      classes[row] = c;
    }
  });
  return { points: ndarray("float32", [count, 4], points), classes };
}

Deno.test("spreadLabels() labels well-separated clusters from one label each", async () => {
  const { points, classes } = clusters([60, 60, 60]);
  const found = await spreadLabels(points, { rows: [0, 60, 120], classes: [0, 1, 2] }, {
    classes: 3,
  });
  const wrong =
    argMaxRows(found.posteriors.data, 3).filter((label, i) => label !== classes[i]).length;
  assertEquals(wrong, 0);
  assertEquals([...found.prior], [1 / 3, 1 / 3, 1 / 3]);
});

Deno.test("spreadLabels() finds that one class is far larger", async () => {
  const { points, classes } = clusters([400, 40, 40]);
  const found = await spreadLabels(points, { rows: [0, 400, 440], classes: [0, 1, 2] }, {
    classes: 3,
  });
  assert(found.agreement >= 0.9);
  assertAlmostEquals(found.prior[0], 400 / 480, 0.02);
  const wrong =
    argMaxRows(found.posteriors.data, 3).filter((label, i) => label !== classes[i]).length;
  assert(wrong <= 2, `${wrong} wrong`);
});

Deno.test("spreadLabels() finds the shares of unequal classes that touch", async () => {
  const sizes = [900, 60, 40];
  const classes = Int32Array.from(sizes.flatMap((size, c) => new Array(size).fill(c)));
  const rows = [0, 1, 2, 900, 901, 902, 960, 961, 962];
  for (const distance of [5, 6, 7]) {
    const random = new Random(2);
    const data = Float32Array.from({ length: 4000 }, (_, i) => {
      return random.normal() + (classes[i >> 2] === 1 + i % 4 ? distance : 0);
    });
    const { prior } = await spreadLabels(
      ndarray("float32", [1000, 4], data),
      { rows, classes: rows.map((row) => classes[row]) },
      { classes: 3 },
    );
    assertAlmostEquals(prior[0], 0.9, 0.02, `${distance} apart: ${prior}`);
  }
});
