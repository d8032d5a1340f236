import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { boundaryDensity } from "../../../lib/mixture/cluster_gaps.ts";
import { kMeans } from "../../../lib/mixture/kmeans.ts";

/** Normal clusters of unit variance, and how dense k-means with so many clusters finds their boundaries. */
function densityOf(
  centers: readonly number[][],
  counts: readonly number[],
  { nClusters = centers.length, seed = 0 } = {},
): number {
  const random = new Random(seed);
  const rows = centers.flatMap((center, c) =>
    Array.from({ length: counts[c] }, () => center.map((place) => place + random.normal()))
  );
  const points = ndarray(
    "float32",
    [rows.length, centers[0].length],
    Float32Array.from(rows.flat()),
  );
  const { labels, centers: found } = kMeans(points, { nClusters, nInit: 5 });
  return boundaryDensity(points, labels, found);
}

const TRIANGLE = [[0, 0], [9, 0], [0, 9]];

Deno.test("boundaryDensity() is near 0 where there are gaps, whatever the shares and sizes", () => {
  for (const seed of [0, 1, 2]) {
    for (const counts of [[300, 300, 300], [40, 40, 40], [500, 300, 100]]) {
      const density = densityOf(TRIANGLE, counts, { seed });
      assert(density < 0.3, `${counts}: ${density}`);
    }
  }
});

Deno.test("boundaryDensity() is high where one cluster is cut in two", () => {
  for (const seed of [0, 1, 2]) {
    // One cluster in all, a cluster too many, and two that touch.
    assert(densityOf([[0, 0, 0]], [500], { nClusters: 3, seed }) > 0.6);
    assert(densityOf(TRIANGLE, [500, 500, 500], { nClusters: 4, seed }) > 0.6);
    assert(densityOf([[0, 0], [1.5, 0], [9, 9]], [500, 500, 500], { seed }) > 0.6);
  }
});

Deno.test("boundaryDensity() of few points is no proof of a gap", () => {
  const points = ndarray("float32", [2, 1], Float32Array.of(0, 1));
  const centers = ndarray("float64", [2, 1], Float64Array.of(0, 1));
  assertEquals(boundaryDensity(points, Int32Array.of(0, 1), centers), 1 / 2);
});
