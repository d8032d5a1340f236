import { assert, assertEquals } from "@std/assert";
import { type CovarianceType, GaussianMixture } from "../../lib/mixture/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { runPython } from "./python.ts";

type Nested = number | Nested[];

interface Fit {
  weights: Nested;
  means: Nested;
  covariances: Nested;
  precisions: Nested;
  precisionsCholesky: Nested;
  nIter: number;
  lowerBounds: number[];
  /** Stopped by scikit-learn's own `tol`. */
  default?: true;
}

interface Case {
  data: string;
  covarianceType: CovarianceType;
  x: number[][];
  nComponents: number;
  weightsInit: Nested;
  meansInit: Nested;
  precisionsInit: Nested;
  fits: Fit[];
  logDensities: number[];
  probabilities: number[][];
  labels: number[];
  aic: number;
  bic: number;
}

/** Numbers agree to this: absolutely up to 1, relatively above. */
const TOLERANCE = 1e-6;

const cases: Case[] = JSON.parse(await runPython("mixture_peer.py"));

for (const expected of cases) {
  const { data, covarianceType, nComponents, fits } = expected;
  const x = toArray(expected.x);
  const options = {
    nComponents,
    covarianceType,
    weightsInit: toArray(expected.weightsInit),
    meansInit: toArray(expected.meansInit),
    precisionsInit: toArray(expected.precisionsInit),
  };

  for (const fit of fits) {
    const stop = fit.default ? {} : { tol: 0, maxIter: fit.nIter };
    const when = fit.default ? "when it converges" : `after ${fit.nIter} iterations`;
    Deno.test(`fit() gives scikit-learn's ${covarianceType} mixture of ${data} ${when}`, () => {
      const mixture = new GaussianMixture({ ...options, ...stop }).fit(x);
      assertEquals(mixture.nIter, fit.nIter);
      assertClose(mixture.lowerBounds, fit.lowerBounds, "lowerBounds");
      for (const name of ["weights", "means", "covariances"] as const) {
        assertClose(mixture[name].data, toArray(fit[name]).data, name);
      }
      for (const name of ["precisions", "precisionsCholesky"] as const) {
        assertEquals(mixture[name].shape, toArray(fit[name]).shape);
        assertClose(mixture[name].data, toArray(fit[name]).data, name);
      }
    });
  }

  Deno.test(`scores agree with scikit-learn's ${covarianceType} mixture of ${data}`, () => {
    const maxIter = fits.at(-2)!.nIter;
    const mixture = new GaussianMixture({ ...options, tol: 0, maxIter }).fit(x);
    assertClose(mixture.scoreSamples(x), expected.logDensities, "scoreSamples");
    assertClose(mixture.predictProba(x).data, expected.probabilities.flat(), "predictProba");
    assertEquals([...mixture.predict(x)], expected.labels);
    assertClose([mixture.aic(x), mixture.bic(x)], [expected.aic, expected.bic], "aic, bic");
  });
}

function toArray(nested: Nested): NdArray<"float64"> {
  const shape: number[] = [];
  for (let level = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  return ndarray("float64", shape, Float64Array.from([nested].flat(4) as number[]));
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  assertEquals(actual.length, expected.length, `the length of ${name}`);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    assert(difference <= TOLERANCE, `${name}[${i}] is ${actual[i]}, scikit-learn's ${expected[i]}`);
  }
}
