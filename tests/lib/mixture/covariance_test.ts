import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import {
  COVARIANCE_FORMS,
  COVARIANCE_TYPES,
  covarianceParameterCount,
  covarianceShape,
  covariancesOf,
  type CovarianceType,
  estimateCovariances,
  factorPrecisions,
  factorsOfPrecisions,
  precisionsOf,
} from "../../../lib/mixture/covariance.ts";
import { largestDifference } from "./points.ts";

const SIZE = { components: 2, features: 3 };

/** Covariances of a type: `A Aᵀ + I` of random A where there are matrices, else numbers above 1. */
function randomCovariances(type: CovarianceType) {
  const random = new Random(7, type);
  const shape = covarianceShape(type, SIZE);
  const data = Float64Array.from({ length: sizeOf(shape) }, () => 1 + random.uniform());
  const d = SIZE.features;
  for (let start = 0; COVARIANCE_FORMS[type].matrix && start < data.length; start += d * d) {
    const a = random.normals(d * d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let sum = i === j ? 1 : 0;
        for (let k = 0; k < d; k++) sum += a[i * d + k] * a[j * d + k];
        data[start + i * d + j] = sum;
      }
    }
  }
  return ndarray("float64", shape, data);
}

Deno.test("covarianceShape() and covarianceParameterCount() are scikit-learn's", () => {
  assertEquals(COVARIANCE_TYPES.map((type) => covarianceShape(type, SIZE)), [
    [2, 3, 3],
    [3, 3],
    [2, 3],
    [2],
  ]);
  // sklearn.mixture.GaussianMixture._n_parameters(): without means and weights.
  assertEquals(COVARIANCE_TYPES.map((type) => covarianceParameterCount(type, SIZE)), [12, 6, 6, 2]);
});

for (const type of COVARIANCE_TYPES) {
  Deno.test(`${type}: factors, precisions and covariances are each other's inverse`, () => {
    const covariances = randomCovariances(type);
    const factors = factorPrecisions(type, covariances);
    assertEquals(
      largestDifference(covariancesOf(type, factors).data, covariances.data) < 1e-9,
      true,
    );
    const again = factorsOfPrecisions(type, precisionsOf(type, factors));
    assertEquals(largestDifference(again.data, factors.data) < 1e-9, true);
  });
}

Deno.test("factorPrecisions() throws for a component without extent, and names it", () => {
  const flat = ndarray("float64", [2, 2], Float64Array.of(1, 1, 1, 0));
  assertThrows(() => factorPrecisions("diag", flat), InputError, "component 1");
});

Deno.test("estimateCovariances() divides the scatter, and adds regCovar to variances alone", () => {
  // Two components of two features, of mass 2 and 4; only the lower triangles are filled.
  const scatter = Float64Array.of(4, 0, 2, 8, 12, 0, -4, 4);
  const mass = Float64Array.of(2, 4);
  const options = { features: 2, regCovar: 0.5 };
  const full = estimateCovariances(scatter, mass, { ...options, covarianceType: "full" });
  assertEquals([...full.data], [2.5, 1, 1, 4.5, 3.5, -1, -1, 1.5]);
  const tied = estimateCovariances(scatter, mass, { ...options, covarianceType: "tied" });
  [16 / 6 + 0.5, -2 / 6, -2 / 6, 12 / 6 + 0.5].forEach((value, i) =>
    assertAlmostEquals(tied.data[i], value, 1e-12)
  );
  const squares = Float64Array.of(4, 8, 12, 4);
  const diag = estimateCovariances(squares, mass, { ...options, covarianceType: "diag" });
  assertEquals([...diag.data], [2.5, 4.5, 3.5, 1.5]);
  const spherical = estimateCovariances(squares, mass, { ...options, covarianceType: "spherical" });
  assertEquals([...spherical.data], [3.5, 2.5]);
});
