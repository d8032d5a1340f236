import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { kMeansPlusPlus } from "../../../lib/mixture/kmeans.ts";
import { kMeans } from "../../../lib/mixture/mod.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { clusteredPoints, largestDifference } from "./points.ts";

Deno.test("kMeans() finds separate clusters, the same for the same seed", () => {
  const { points, labels } = clusteredPoints({
    count: 90,
    features: 2,
    clusters: 3,
    spread: 20,
    seed: 2,
  });
  const found = kMeans(points, { nClusters: 3, seed: 4 });
  assertEquals(new Set(Array.from(found.labels, (c, row) => `${c}:${labels[row]}`)).size, 3);
  assertEquals(kMeans(points, { nClusters: 3, seed: 4 }), found);
});

Deno.test("kMeans() puts each centre at the weighted mean of its rows", () => {
  const { points } = clusteredPoints({ count: 200, features: 2, clusters: 4, spread: 1 });
  const sampleWeight = Float64Array.from({ length: 200 }, (_, row) => row % 3);
  const { centers, labels, inertia } = kMeans(points, { nClusters: 4, sampleWeight, tol: 0 });
  const sums = new Float64Array(8), mass = new Float64Array(4);
  let total = 0;
  labels.forEach((label, row) => {
    mass[label] += sampleWeight[row];
    for (let j = 0; j < 2; j++) {
      const value = points.data[row * 2 + j];
      sums[label * 2 + j] += sampleWeight[row] * value;
      total += sampleWeight[row] * (value - centers.data[label * 2 + j]) ** 2;
    }
  });
  const means = sums.map((sum, i) => sum / mass[i >> 1]);
  assert(largestDifference(centers.data, means) < 1e-9);
  assert(Math.abs(inertia - total) < 1e-9 * total);
});

Deno.test("kMeans() does no worse with more starts", () => {
  const { points } = clusteredPoints({ count: 200, features: 2, clusters: 8, spread: 2 });
  const one = kMeans(points, { nClusters: 8, nInit: 1 });
  const ten = kMeans(points, { nClusters: 8, nInit: 10 });
  assert(ten.inertia <= one.inertia);
});

Deno.test("kMeans() gives every one of equal points a centre", () => {
  const points = ndarray("float64", [4, 1], Float64Array.of(3, 3, 3, 3));
  const { centers, inertia } = kMeans(points, { nClusters: 2 });
  assertEquals([...centers.data, inertia], [3, 3, 0]);
});

Deno.test("kMeans() throws if there are fewer rows than clusters", () => {
  const points = ndarray("float64", [2, 1], Float64Array.of(1, 2));
  assertThrows(
    () => kMeans(points, { nClusters: 3 }),
    InputError,
    "there are 2 rows, at least 3 are needed",
  );
});

Deno.test("kMeansPlusPlus() takes rows that are apart, and never one of weight 0", () => {
  const points = ndarray("float64", [5, 1], Float64Array.of(0, 0, 100, 100, 1e6));
  const rows = weightedRows(points, { sampleWeight: [1, 1, 1, 1, 0] });
  for (let seed = 0; seed < 20; seed++) {
    const { centers } = kMeansPlusPlus(rows, { nClusters: 2, random: new Random(seed) });
    assertEquals(centers.toSorted(), Float64Array.of(0, 100));
  }
});

Deno.test("kMeans() throws if an option is out of its range", () => {
  const { points } = clusteredPoints({ count: 9, features: 2, clusters: 3 });
  for (const nClusters of [0, -1, 1.5, NaN]) {
    assertThrows(() => kMeans(points, { nClusters }), InputError, `nClusters is ${nClusters}`);
  }
  for (const nInit of [0, -1, 1.5, NaN]) {
    assertThrows(() => kMeans(points, { nClusters: 2, nInit }), InputError, `nInit is ${nInit}`);
  }
});
