import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { COVARIANCE_TYPES, covarianceShape } from "../../../lib/mixture/covariance.ts";
import {
  covarianceFactors,
  densityOf,
  drawFrom,
  mixtureFromMoments,
} from "../../../lib/mixture/parameters.ts";

const mass = Float64Array.of(2, 6);
const means = Float64Array.of(0, 0, 5, -5);
const matrices = Float64Array.of(4, 0, 1, 2, 6, 0, -3, 12);
const squares = Float64Array.of(4, 2, 6, 12);

for (const covarianceType of COVARIANCE_TYPES) {
  const matrix = ["full", "tied"].includes(covarianceType);
  const mixture = mixtureFromMoments(
    { mass, means, scatter: matrix ? matrices : squares },
    { covarianceType, regCovar: 0 },
  );

  Deno.test(`${covarianceType}: mixtureFromMoments() has the weights of the masses`, () => {
    assertEquals([...mixture.weights.data], [0.25, 0.75]);
    const size = { components: 2, features: 2 };
    assertEquals(mixture.covariances.shape, covarianceShape(covarianceType, size));
    assertEquals(mixture.precisionsCholesky.shape, mixture.covariances.shape);
  });

  Deno.test(`${covarianceType}: densityOf() and covarianceFactors() agree on the determinant`, () => {
    const { constants, means: laidOut } = densityOf(mixture);
    assertEquals(laidOut, means);
    covarianceFactors(mixture).forEach((factor, c) => {
      // log weight - log |L| - d/2 log 2 pi, as |P| = 1 / |L|.
      const expected = Math.log(mixture.weights.data[c]) - Math.log(factor[0] * factor[3]) -
        Math.log(2 * Math.PI);
      assertAlmostEquals(constants[c], expected, 1e-12);
    });
  });
}

Deno.test("drawFrom() samples with the mean and covariance of its component", () => {
  const mixture = mixtureFromMoments({ mass, means, scatter: matrices }, {
    covarianceType: "full",
    regCovar: 0,
  });
  const random = new Random(0, "samples");
  const count = 20_000;
  const sums = [0, 0, 0, 0, 0];
  const factor = covarianceFactors(mixture)[1];
  for (let i = 0; i < count; i++) {
    const [a, b] = drawFrom(mixture, { factor, component: 1, random });
    [a - 5, b + 5, (a - 5) ** 2, (a - 5) * (b + 5), (b + 5) ** 2].forEach((v, j) => sums[j] += v);
  }
  // Standard errors are below 0.02.
  [0, 0, 1, -0.5, 2].forEach((value, j) => assertAlmostEquals(sums[j] / count, value, 0.08));
});
