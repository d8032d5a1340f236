import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { logPosteriors, sumResponsibilities } from "../../../lib/mixture/expectation.ts";
import { Expectation } from "../../../lib/mixture/expectation_threads.ts";
import { momentsOf } from "../../../lib/mixture/expectation_maximization.ts";
import { BLOCK_ROWS } from "../../../lib/mixture/kernels.ts";
import { GaussianMixture } from "../../../lib/mixture/mod.ts";
import { densityOf } from "../../../lib/mixture/parameters.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { clusteredPoints, largestDifference } from "./points.ts";

for (const count of [2, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 2 * BLOCK_ROWS + 3]) {
  Deno.test(`an expectation of ${count} rows gives the sums of their posteriors`, () => {
    const { points } = clusteredPoints({ count, features: 3, clusters: 2, spread: 1 });
    const { x } = weightedRows(points);
    const sampleWeight = Float64Array.from({ length: count }, (_, row) => 0.5 + row % 3);
    const rows = weightedRows(points, { sampleWeight });
    const mixture = new GaussianMixture({ nComponents: 2, maxIter: 1 }).fit(points);
    for (const matrix of [true, false]) {
      const density = { ...densityOf(mixture.parameters), matrix };
      if (!matrix) Object.assign(density, { factors: new Float64Array(6).fill(0.7) });
      const statistics = new Expectation({ rows }, density).of(density);
      const found = logPosteriors(x, density);
      const { logLikelihood } = found;
      const responsibilities = found.logPosteriors.map(Math.exp);
      let total = 0;
      const mass = [0, 0], first = new Array(6).fill(0), corner = [0, 0];
      for (let row = 0; row < count; row++) {
        total += sampleWeight[row] * logLikelihood[row];
        for (let c = 0; c < 2; c++) {
          const share = sampleWeight[row] * responsibilities[row * 2 + c];
          const difference = [0, 1, 2].map((j) => x[row * 3 + j] - density.means[c * 3 + j]);
          mass[c] += share;
          difference.forEach((value, j) => first[c * 3 + j] += share * value);
          // The last product: the corner of the matrix, or the end of its diagonal.
          corner[c] += share * difference[2] * difference[2];
        }
      }
      assertAlmostEquals(statistics.logLikelihood, total, 1e-9 * Math.abs(total));
      assert(largestDifference(statistics.mass, mass) < 1e-9);
      assert(largestDifference(statistics.first, first) < 1e-9);
      const width = matrix ? 9 : 3;
      const ends = [statistics.second[width - 1], statistics.second[2 * width - 1]];
      assert(largestDifference(ends, corner) < 1e-9);
    }
  });
}

Deno.test("an expectation holds rows to the components of their group", () => {
  const { points } = clusteredPoints({ count: 9, features: 2, clusters: 3 });
  // Every row is claimed by the group of component 2.
  const rows = weightedRows(points, { groups: new Int32Array(9).fill(1) });
  const mixture = new GaussianMixture({ nComponents: 3, regCovar: 1 }).fit(points);
  const componentGroups = Int32Array.of(0, 0, 1);
  const density = densityOf(mixture.parameters);
  const { mass } = new Expectation({ rows, componentGroups }, density).of(density);
  assertEquals([...mass], [0, 0, 9]);
});

Deno.test("momentsOf() centres the scatter however far the shift was", () => {
  const { points } = clusteredPoints({ count: 40, features: 2, clusters: 1 });
  const far = { ...points, data: points.data.map((value) => value + 1e7) };
  const rows = weightedRows(far);
  const ones = new Float64Array(40).fill(1);
  const { means, scatter } = momentsOf(rows, ones, { matrix: true });
  const about = sumResponsibilities(rows, ones, { shift: means, matrix: true });
  assert(largestDifference(about.first, [0, 0]) < 1e-6);
  assert(largestDifference(about.second, scatter) < 1e-6);
});
