import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import {
  mixtureFromResponsibilities,
  momentsOf,
} from "../../../lib/mixture/expectation_maximization.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { clusteredPoints, largestDifference } from "./points.ts";

const { points, labels } = clusteredPoints({ count: 60, features: 2, clusters: 3 });
const shares = Float64Array.from(
  { length: 180 },
  (_, i) => labels[Math.floor(i / 3)] === i % 3 ? 1 : 0,
);

/** The mean and the scatter about it of one cluster, in two passes. */
function momentsOfCluster(cluster: number, offset: number): { mean: number[]; scatter: number[] } {
  const rows = [...labels.keys()].filter((row) => labels[row] === cluster);
  const at = (row: number, j: number) => points.data[2 * row + j] + offset;
  const mean = [0, 1].map((j) => rows.reduce((sum, row) => sum + at(row, j), 0) / rows.length);
  const sum = (i: number, j: number) =>
    rows.reduce((total, row) => total + (at(row, i) - mean[i]) * (at(row, j) - mean[j]), 0);
  return { mean, scatter: [sum(0, 0), sum(1, 0), sum(1, 1)] };
}

Deno.test("momentsOf() gives mass, mean and scatter of each component, far from zero too", () => {
  for (const offset of [0, 1e6]) {
    const moved = ndarray("float64", [60, 2], points.data.map((value) => value + offset));
    const { mass, means, scatter } = momentsOf(weightedRows(moved), shares, { matrix: true });
    assertEquals([...mass], [20, 20, 20]);
    for (let c = 0; c < 3; c++) {
      const expected = momentsOfCluster(c, offset);
      assertEquals(largestDifference(means.subarray(2 * c, 2 * c + 2), expected.mean) < 1e-8, true);
      const found = [scatter[4 * c], scatter[4 * c + 2], scatter[4 * c + 3]];
      assertEquals(largestDifference(found, expected.scatter) < 1e-6, true);
    }
  }
});

Deno.test("mixtureFromResponsibilities() has the weights and means of the shares", () => {
  const rows = weightedRows(points);
  const options = { covarianceType: "diag", regCovar: 0 } as const;
  const { weights, means, covariances } = mixtureFromResponsibilities(rows, shares, options);
  assertEquals(largestDifference(weights.data, [1 / 3, 1 / 3, 1 / 3]) < 1e-12, true);
  for (let c = 0; c < 3; c++) {
    const { mean, scatter } = momentsOfCluster(c, 0);
    assertEquals(largestDifference(means.data.subarray(2 * c, 2 * c + 2), mean) < 1e-12, true);
    const variances = covariances.data.subarray(2 * c, 2 * c + 2);
    assertEquals(largestDifference(variances, [scatter[0] / 20, scatter[2] / 20]) < 1e-9, true);
  }
});

Deno.test("mixtureFromResponsibilities() throws for a component that holds no row", () => {
  const empty = shares.map((share, i) => i % 3 === 2 ? 0 : share);
  assertThrows(
    () =>
      mixtureFromResponsibilities(weightedRows(points), empty, {
        covarianceType: "full",
        regCovar: 1e-6,
      }),
    InputError,
    "component 2",
  );
});
