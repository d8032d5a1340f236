import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { INITIALIZERS, type InitParams } from "../../../lib/mixture/initialize.ts";
import { kMeans } from "../../../lib/mixture/kmeans.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { clusteredPoints } from "./points.ts";

const { points } = clusteredPoints({ count: 90, features: 2, clusters: 3, spread: 30 });
const rows = weightedRows(points);

for (const [name, initialize] of Object.entries(INITIALIZERS)) {
  Deno.test(`${name} gives responsibilities that repeat for the same seed`, () => {
    const start = initialize(rows, 3, new Random(1));
    assertEquals(start.length, 270);
    assert(start.every((share) => share >= 0 && share <= 1));
    assertEquals(initialize(rows, 3, new Random(1)), start);
  });
}

Deno.test("kmeans and random share out every row; the others choose a row per component", () => {
  const sums = (name: InitParams) => {
    const start = INITIALIZERS[name](rows, 3, new Random(2));
    return Array.from(
      { length: 90 },
      (_, row) => start[3 * row] + start[3 * row + 1] + start[3 * row + 2],
    );
  };
  for (const name of ["kmeans", "random"] as const) {
    assert(sums(name).every((sum) => Math.abs(sum - 1) < 1e-12), name);
  }
  for (const name of ["k-means++", "random_from_data"] as const) {
    assertEquals(sums(name).filter((sum) => sum > 0), [1, 1, 1]);
  }
});

Deno.test("kmeans gives each row to the cluster that kMeans() finds for it", () => {
  const start = INITIALIZERS.kmeans(rows, 3, new Random(3));
  const { labels } = kMeans(points, { nClusters: 3, seed: new Random(3).uint32() });
  labels.forEach((label, row) => assertEquals(start[3 * row + label], 1));
});
