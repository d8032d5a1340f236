import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { seedRows, spread, spreadLabels } from "../../../lib/classical/label_spreading.ts";
import { neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";
import { argMaxRows } from "../../../lib/array/stats.ts";

Deno.test("spread() converges to (1 - alpha) (I - alpha S)^-1 Y", () => {
  const neighbours = ndarray("int32", [5, 2], Int32Array.of(1, 2, 0, 2, 0, 1, 4, 2, 3, 1));
  const graph = neighbourGraph(neighbours);
  const seeds = seedRows({ rows: [0, 4], classes: [0, 1] }, { count: 5, classes: 2 });
  const { data } = spread(graph, seeds, { alpha: 0.9, iterations: 400 });
  // The fixed point in float64: F - alpha S F = (1 - alpha) Y.
  for (let i = 0; i < 5; i++) {
    for (let c = 0; c < 2; c++) {
      let left = data[i * 2 + c];
      for (let entry = graph.offsets[i]; entry < graph.offsets[i + 1]; entry++) {
        left -= 0.9 * graph.weights[entry] * data[graph.columns[entry] * 2 + c];
      }
      assertAlmostEquals(left, 0.1 * seeds.data[i * 2 + c], 1e-6);
    }
  }
});

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
