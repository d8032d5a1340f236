import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { COVARIANCE_TYPES } from "../../../lib/mixture/covariance.ts";
import {
  classOfRows,
  perturbMeans,
  seedFromLabels,
  splitClasses,
} from "../../../lib/latent/label_seeding.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import { clusteredPoints, largestDifference } from "../mixture/points.ts";

/** Rows of two classes, the first `labelled` of which have their label. */
function labelledRows(labelled: number) {
  const { points, labels } = clusteredPoints({ count: 4000, features: 2, clusters: 2 });
  const groups = labels.map((label, row) => row < labelled ? label : -1);
  return { ...weightedRows(points), groups };
}

const OPTIONS = { classes: 2, covarianceType: "full", regCovar: 0 } as const;

for (const covarianceType of COVARIANCE_TYPES) {
  Deno.test(`seedFromLabels() has an extent from one label a class for ${covarianceType}`, () => {
    const rows = labelledRows(2);
    const { weights, means, covariances } = seedFromLabels(rows, { ...OPTIONS, covarianceType });
    assertEquals([...weights.data], [0.5, 0.5]);
    assertEquals(means.data, rows.x.slice(0, 4));
    // With one row a class nothing but the prior is left: the covariance of all rows over two, as
    // two classes that tile a plane have, in a share of three rows of four.
    const variance = [0, 1].map((j) => {
      const column = rows.x.filter((_, i) => i % 2 === j);
      const mean = column.reduce((sum, value) => sum + value, 0) / 4000;
      return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4000 / 2;
    });
    const first = covarianceType === "spherical" ? (variance[0] + variance[1]) / 2 : variance[0];
    assertAlmostEquals(covariances.data[0], first * 3 / 4, 1e-9 * first);
  });
}

Deno.test("seedFromLabels() comes to the classes' own moments as labels become many", () => {
  const { weights, means, covariances } = seedFromLabels(labelledRows(4000), OPTIONS);
  const { points } = clusteredPoints({ count: 4000, features: 2, clusters: 2 });
  const own = points.data.filter((_, i) => Math.floor(i / 2) % 2 === 0);
  const mean = [0, 1].map((j) => own.reduce((s, v, i) => i % 2 === j ? s + v : s, 0) / 2000);
  assert(largestDifference(means.data.subarray(0, 2), mean) < 1e-9);
  assert(largestDifference(weights.data, [0.5, 0.5]) < 1e-12);
  assert(largestDifference(covariances.data.subarray(0, 4), [1, 0, 0, 1]) < 0.1);
});

Deno.test("perturbMeans() moves the means by their standard error and nothing else", () => {
  const seed = seedFromLabels(labelledRows(10), OPTIONS);
  const random = new Random(0);
  const moves = Array.from({ length: 2000 }, () => {
    const moved = perturbMeans(seed, { count: 4, random });
    assertEquals(moved.covariances, seed.covariances);
    return moved.means.data[0] - seed.means.data[0];
  });
  const variance = moves.reduce((sum, move) => sum + move * move, 0) / 2000;
  assertAlmostEquals(variance / (seed.covariances.data[0] / 4), 1, 0.1);
});

Deno.test("splitClasses() gives each class components within it", () => {
  const rows = labelledRows(10);
  const seed = seedFromLabels(rows, OPTIONS);
  const split = splitClasses(rows, seed, { ...OPTIONS, componentsPerClass: 3, seed: 0 });
  assertEquals(split.means.shape, [6, 2]);
  const means = { ...rows, x: split.means.data, count: 6 };
  assertEquals([...classOfRows(means, seed, [0, 1])], [0, 0, 0, 1, 1, 1]);
});
