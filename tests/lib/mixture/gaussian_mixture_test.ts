import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { COVARIANCE_TYPES } from "../../../lib/mixture/covariance.ts";
import {
  type CovarianceType,
  GaussianMixture,
  type GaussianMixtureOptions,
  type InitParams,
} from "../../../lib/mixture/mod.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { clusteredPoints, largestDifference, pickRows } from "./points.ts";

const SHAPES: Record<CovarianceType, number[]> = {
  full: [3, 2, 2],
  tied: [2, 2],
  diag: [3, 2],
  spherical: [3],
};

const INIT_PARAMS: readonly InitParams[] = ["kmeans", "k-means++", "random", "random_from_data"];

/** Two mixtures have the same parameters, to a tolerance. */
function assertSameFit(a: GaussianMixture, b: GaussianMixture, tolerance: number) {
  for (const name of ["weights", "means", "covariances", "precisionsCholesky"] as const) {
    const difference = largestDifference(a[name].data, b[name].data);
    assert(difference <= tolerance, `${name} differ by ${difference}`);
  }
}

/** Weights, means and precisions to start from, all three given. */
function start(covarianceType: CovarianceType, means: NdArray<"float64">): GaussianMixtureOptions {
  const [k, d] = means.shape;
  const shape = { full: [k, d, d], tied: [d, d], diag: [k, d], spherical: [k] }[covarianceType];
  const precisions = new Float64Array(shape.reduce((a, b) => a * b)).fill(1);
  if (covarianceType === "full" || covarianceType === "tied") {
    precisions.forEach((_, i) => precisions[i] = i % (d * d) % (d + 1) === 0 ? 1 : 0);
  }
  return {
    nComponents: k,
    covarianceType,
    weightsInit: ndarray("float64", [k], new Float64Array(k).fill(1 / k)),
    meansInit: means,
    precisionsInit: ndarray("float64", shape, precisions),
  };
}

for (const covarianceType of COVARIANCE_TYPES) {
  Deno.test(`fit() never lowers the bound of a ${covarianceType} mixture`, () => {
    for (let seed = 0; seed < 12; seed++) {
      const features = 1 + seed % 4;
      const { points } = clusteredPoints({ count: 150, features, clusters: 4, spread: 1, seed });
      const initParams = (["kmeans", "random"] as const)[seed % 2];
      const mixture = new GaussianMixture({
        nComponents: 3,
        covarianceType,
        initParams,
        regCovar: 0,
        tol: 0,
        maxIter: 60,
        seed,
      }).fit(points);
      mixture.lowerBounds.slice(1).forEach((bound, i) => {
        const fall = mixture.lowerBounds[i] - bound;
        assert(fall <= 1e-12, `seed ${seed}: the bound fell by ${fall} in iteration ${i + 2}`);
      });
      assert(mixture.lowerBound > mixture.lowerBounds[0]);
    }
  });

  Deno.test(`fit() of a ${covarianceType} mixture takes no notice of rows of weight 0`, () => {
    const { points } = clusteredPoints({ count: 90, features: 2, clusters: 3 });
    const options = { nComponents: 3, covarianceType };
    const plain = new GaussianMixture(options).fit(points);
    const far = Float64Array.of(
      ...points.data.subarray(0, 80),
      1e6,
      -1e9,
      ...points.data.subarray(80),
    );
    const sampleWeight = Float64Array.from({ length: 91 }, (_, row) => row === 40 ? 0 : 1);
    const weighted = new GaussianMixture(options)
      .fit(ndarray("float64", [91, 2], far), { sampleWeight });
    assertSameFit(plain, weighted, 0);
    assertEquals(plain.lowerBounds, weighted.lowerBounds);
  });

  Deno.test(`fit() of a ${covarianceType} mixture counts a weight as so many rows`, () => {
    const { points } = clusteredPoints({ count: 60, features: 2, clusters: 3 });
    const sampleWeight = Float64Array.from({ length: 60 }, (_, row) => row % 4);
    const repeated = pickRows(
      points,
      [...sampleWeight].flatMap((n, row) => new Array(n).fill(row)),
    );
    const options = start(covarianceType, pickRows(points, [1, 2, 3]));
    const weighted = new GaussianMixture(options).fit(points, { sampleWeight });
    assertSameFit(weighted, new GaussianMixture(options).fit(repeated), 1e-9);
  });

  Deno.test(`fit() of a ${covarianceType} mixture permutes with its start`, () => {
    const { points } = clusteredPoints({ count: 90, features: 2, clusters: 3 });
    const order = [2, 0, 1];
    const means = pickRows(points, [0, 1, 2]);
    const mixture = new GaussianMixture(start(covarianceType, means)).fit(points);
    const permuted = new GaussianMixture(start(covarianceType, pickRows(means, order))).fit(points);
    const expected = pickRows(mixture.means, order);
    assert(largestDifference(permuted.means.data, expected.data) < 1e-9);
    const labels = Array.from(permuted.predict(points), (component) => order[component]);
    assertEquals(labels, [...mixture.predict(points)]);
    assert(largestDifference(permuted.scoreSamples(points), mixture.scoreSamples(points)) < 1e-9);
  });

  Deno.test(`fit() keeps its digits far from zero for a ${covarianceType} mixture`, () => {
    const { points } = clusteredPoints({ count: 200, features: 2, clusters: 3 });
    // A power of two, so that the shifted points are exact to 2^-26.
    const shift = 2 ** 26;
    const rounded = points.data.map((value) => Math.round(value * shift) / shift);
    const near = ndarray("float64", [200, 2], rounded);
    const far = ndarray("float64", [200, 2], rounded.map((value) => value + shift));
    const fit = (x: NdArray<"float64">) =>
      new GaussianMixture({ ...start(covarianceType, pickRows(x, [0, 1, 2])), regCovar: 0 }).fit(x);
    const expected = fit(near), actual = fit(far);
    const difference = largestDifference(actual.covariances.data, expected.covariances.data);
    assert(difference < 1e-6, `covariances differ by ${difference}`);
  });

  Deno.test(`fit() keeps its digits where a ${covarianceType} mixture starts far away`, () => {
    const { points } = clusteredPoints({ count: 200, features: 2, clusters: 1 });
    const [near, far] = [0, 1e8].map((at) => {
      const means = ndarray("float64", [1, 2], Float64Array.of(at, -at));
      return new GaussianMixture({ ...start(covarianceType, means), maxIter: 1 }).fit(points);
    });
    assertSameFit(far, near, 1e-6);
  });

  Deno.test(`precisions of a ${covarianceType} mixture invert its covariances`, () => {
    const { points } = clusteredPoints({ count: 90, features: 2, clusters: 3 });
    const mixture = new GaussianMixture({ nComponents: 3, covarianceType }).fit(points);
    const { covariances, precisions } = mixture;
    assertEquals(covariances.shape, SHAPES[covarianceType]);
    assertEquals(precisions.shape, SHAPES[covarianceType]);
    if (covarianceType === "diag" || covarianceType === "spherical") {
      covariances.data.forEach((value, i) =>
        assertAlmostEquals(value * precisions.data[i], 1, 1e-9)
      );
      return;
    }
    for (let m = 0; m < covariances.data.length; m += 4) {
      const [a, b, c, d] = covariances.data.subarray(m, m + 4);
      const [e, f, g, h] = precisions.data.subarray(m, m + 4);
      const product = [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
      assert(largestDifference(product, [1, 0, 0, 1]) < 1e-9);
    }
  });

  Deno.test(`sample() of a ${covarianceType} mixture has its means and covariances`, () => {
    const { points } = clusteredPoints({ count: 90, features: 2, clusters: 3 });
    const mixture = new GaussianMixture({ nComponents: 3, covarianceType }).fit(points);
    const { x, components } = mixture.sample(30_000);
    assertEquals(x.shape, [30_000, 2]);
    for (let c = 0; c < 3; c++) {
      const own = pickRows(x, [...components.keys()].filter((row) => components[row] === c)).data;
      const count = own.length / 2;
      assertAlmostEquals(count / 30_000, mixture.weights.data[c], 0.02);
      const mean = [0, 1].map((j) =>
        own.reduce((sum, value, i) => i % 2 === j ? sum + value : sum, 0) / count
      );
      assert(largestDifference(mean, mixture.means.data.subarray(c * 2, c * 2 + 2)) < 0.06);
      const moments = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([i, j]) => {
        let sum = 0;
        for (let at = 0; at < own.length; at += 2) {
          sum += (own[at + i] - mean[i]) * (own[at + j] - mean[j]);
        }
        return sum / count;
      });
      const { data } = mixture.covariances;
      const expected = {
        full: data.subarray(c * 4, c * 4 + 4),
        tied: data,
        diag: [data[c * 2], 0, 0, data[c * 2 + 1]],
        spherical: [data[c], 0, 0, data[c]],
      }[covarianceType];
      assert(largestDifference(moments, expected) < 0.08);
    }
  });

  Deno.test(`aic() and bic() of a ${covarianceType} mixture count its free parameters`, () => {
    const { points } = clusteredPoints({ count: 90, features: 2, clusters: 3 });
    const mixture = new GaussianMixture({ nComponents: 3, covarianceType }).fit(points);
    const free = { full: 9, tied: 3, diag: 6, spherical: 3 }[covarianceType] + 6 + 2;
    const fitTerm = -2 * mixture.score(points) * 90;
    assertAlmostEquals(mixture.aic(points), fitTerm + 2 * free, 1e-8);
    assertAlmostEquals(mixture.bic(points), fitTerm + free * Math.log(90), 1e-8);
  });
}

for (const initParams of INIT_PARAMS) {
  Deno.test(`fit() finds separate clusters from a ${initParams} start`, () => {
    const { points, labels } = clusteredPoints({ count: 120, features: 2, clusters: 3, seed: 3 });
    // A single point has no extent, and "random" starts at the middle: both need room to move.
    const mixture = new GaussianMixture({
      nComponents: 3,
      initParams,
      regCovar: 0.1,
      nInit: 8,
      tol: 1e-8,
      maxIter: 500,
    });
    const found = mixture.fitPredict(points);
    const pairs = new Set(Array.from(found, (component, row) => `${component}:${labels[row]}`));
    assertEquals(pairs.size, 3);
  });
}

Deno.test("fitPredict() is fit().predict()", () => {
  const { points } = clusteredPoints({ count: 120, features: 3, clusters: 3 });
  const options = { nComponents: 3, maxIter: 2 };
  assertEquals(
    new GaussianMixture(options).fitPredict(points),
    new GaussianMixture(options).fit(points).predict(points),
  );
});

Deno.test("fit() gives the same mixture for the same seed and for float32 points", () => {
  const { points } = clusteredPoints({ count: 131, features: 3, clusters: 3 });
  const single = ndarray("float32", points.shape, Float32Array.from(points.data));
  const rounded = ndarray("float64", points.shape, Float64Array.from(single.data));
  const fit = (x: NdArray<"float64"> | NdArray<"float32">) =>
    new GaussianMixture({ nComponents: 3, seed: 5, initParams: "random" }).fit(x);
  assertSameFit(fit(points), fit(points), 0);
  assertSameFit(fit(single), fit(rounded), 0);
});

Deno.test("fit() keeps the start with the highest bound", () => {
  const { points } = clusteredPoints({ count: 120, features: 2, clusters: 5, spread: 2, seed: 1 });
  const options = { nComponents: 5, initParams: "random" } as const;
  const one = new GaussianMixture({ ...options, nInit: 1 }).fit(points);
  const many = new GaussianMixture({ ...options, nInit: 10 }).fit(points);
  assert(many.lowerBound > one.lowerBound);
});

Deno.test("fit() says whether it converged", () => {
  const { points } = clusteredPoints({ count: 120, features: 2, clusters: 3 });
  const mixture = new GaussianMixture({ nComponents: 3 }).fit(points);
  assertEquals(mixture.converged, true);
  assert(Math.abs(mixture.lowerBounds.at(-1)! - mixture.lowerBounds.at(-2)!) < 1e-3);
  const cut = new GaussianMixture({ nComponents: 3, maxIter: 3, tol: 0 }).fit(points);
  assertEquals([cut.converged, cut.nIter, cut.lowerBounds.length], [false, 3, 3]);
  const none = new GaussianMixture({ nComponents: 3, maxIter: 0 }).fit(points);
  assertEquals([none.converged, none.nIter, none.lowerBound], [false, 0, -Infinity]);
});

Deno.test("predictProba() sums to 1 and scoreSamples() is its norm", () => {
  const { points } = clusteredPoints({ count: 50, features: 2, clusters: 3, spread: 1 });
  const mixture = new GaussianMixture({ nComponents: 3 }).fit(points);
  const { data } = mixture.predictProba(points);
  for (let row = 0; row < 50; row++) {
    assertAlmostEquals(data[row * 3] + data[row * 3 + 1] + data[row * 3 + 2], 1, 1e-12);
  }
  const [w, m] = [mixture.weights.data, mixture.means.data];
  const density = w.reduce((sum, weight, c) => {
    const [a, b, , d] = mixture.covariances.data.subarray(c * 4, c * 4 + 4);
    const [x, y] = [points.data[0] - m[c * 2], points.data[1] - m[c * 2 + 1]];
    const determinant = a * d - b * b;
    const square = (d * x * x - 2 * b * x * y + a * y * y) / determinant;
    return sum + weight * Math.exp(-square / 2) / (2 * Math.PI * Math.sqrt(determinant));
  }, 0);
  assertAlmostEquals(mixture.scoreSamples(points)[0], Math.log(density), 1e-12);
});

Deno.test("scoreSamples() stays finite far from every component", () => {
  const { points } = clusteredPoints({ count: 50, features: 2, clusters: 2 });
  const mixture = new GaussianMixture({ nComponents: 2 }).fit(points);
  const far = ndarray("float64", [1, 2], Float64Array.of(1e8, -1e8));
  assert(mixture.scoreSamples(far)[0] < -1e14);
  assertEquals(mixture.predictProba(far).data.reduce((sum, value) => sum + value), 1);
});

Deno.test("fit() throws if a component has collapsed, and says what to change", () => {
  const x = ndarray("float64", [6, 2], Float64Array.of(0, 0, 0, 0, 0, 0, 5, 1, 6, 2, 7, 1));
  const options = { nComponents: 2, regCovar: 0 };
  assertThrows(
    () => new GaussianMixture(options).fit(x),
    InputError,
    "has a singular covariance, use fewer components, a larger regCovar or scaled data",
  );
  new GaussianMixture({ ...options, regCovar: 1e-6 }).fit(x);
});

Deno.test("fit() throws if a component holds no data", () => {
  const { points } = clusteredPoints({ count: 20, features: 2, clusters: 2 });
  const means = ndarray("float64", [2, 2], Float64Array.of(0, 0, 1e9, 1e9));
  assertThrows(
    () => new GaussianMixture(start("full", means)).fit(points),
    InputError,
    "component 1 holds no data",
  );
});

Deno.test("fit() throws if the points cannot be used", () => {
  const fit = (shape: number[], ...values: number[]) =>
    new GaussianMixture({ nComponents: 2 }).fit(
      ndarray("float64", shape, Float64Array.from(values)),
    );
  assertThrows(() => fit([2, 2], 1, 2, NaN, 4), InputError, "row 1 holds NaN");
  assertThrows(() => fit([2, 1], 1, Infinity), InputError, "row 1 holds Infinity");
  assertThrows(() => fit([4], 1, 2, 3, 4), InputError, "shape [4], [count, features] is needed");
  assertThrows(() => fit([1, 2], 1, 2), InputError, "there are 1 rows");
  const x = ndarray("float64", [2, 1], Float64Array.of(1, 2));
  assertThrows(
    () => new GaussianMixture().fit(x, { sampleWeight: [1, -1] }),
    InputError,
    "row 1 has weight -1",
  );
  assertThrows(
    () => new GaussianMixture().fit(x, { sampleWeight: [1] }),
    InputError,
    "1 row weights or groups are given, 2 are needed",
  );
});

Deno.test("fit() throws if an option is out of range", () => {
  const { points } = clusteredPoints({ count: 20, features: 2, clusters: 2 });
  const two = (values: number[], shape: number[]) =>
    ndarray("float64", shape, Float64Array.from(values));
  const faults: [GaussianMixtureOptions, string][] = [
    [{ nComponents: 0 }, "nComponents is 0, it must be an integer of 1 or more"],
    [{ nComponents: 1.5 }, "nComponents is 1.5"],
    [
      { covarianceType: "round" as "full" },
      "covarianceType is round, it must be one of full, tied",
    ],
    [{ tol: -1 }, "tol is -1"],
    [{ regCovar: NaN }, "regCovar is NaN"],
    [{ maxIter: -1 }, "maxIter is -1"],
    [{ nInit: 0 }, "nInit is 0"],
    [{ initParams: "best" as "kmeans" }, "initParams is best"],
    [{ seed: -1 }, "seed is -1"],
    [
      { nComponents: 2, weightsInit: two([0.5, 0.6], [2]) },
      "weightsInit is [0.5,0.6] of shape [2]",
    ],
    [{ meansInit: two([1], [1, 1]) }, "meansInit is [1] of shape [1,1]"],
    [{ precisionsInit: two([1, 2, 2, 1], [1, 2, 2]) }, "precisionsInit is [1,2,2,1]"],
    [{ precisionsInit: two([1, 0.5, 0, 1], [1, 2, 2]) }, "precisionsInit is [1,0.5,0,1]"],
    [{ covarianceType: "diag", precisionsInit: two([1, 0], [1, 2]) }, "precisionsInit is [1,0]"],
  ];
  for (const [options, message] of faults) {
    assertThrows(() => new GaussianMixture(options).fit(points), InputError, message);
  }
});

Deno.test("means throws if the mixture is not fitted", () => {
  assertThrows(() => new GaussianMixture().means, Error, "it is not fitted");
});

Deno.test("predict() throws if the points have another number of features", () => {
  const { points } = clusteredPoints({ count: 20, features: 2, clusters: 2 });
  const mixture = new GaussianMixture().fit(points);
  const wrong = ndarray("float64", [1, 3], Float64Array.of(1, 2, 3));
  assertThrows(() => mixture.predict(wrong), InputError, "the data have 3 features, 2 are needed");
});

Deno.test("predict() refuses points whose distances overflow", () => {
  const x = ndarray("float64", [4, 1], Float64Array.of(0, 1, 10, 11));
  const mixture = new GaussianMixture({ nComponents: 2 }).fit(x);
  const at = (value: number) => mixture.predict(ndarray("float64", [1, 1], Float64Array.of(value)));
  assertEquals(at(1e100), mixture.predict(ndarray("float64", [1, 1], Float64Array.of(1e50))));
  assertThrows(() => at(1e155), InputError, "row 0 holds 1e+155, finite numbers are needed");
});

Deno.test("fit() goes on and warns where there are fewer distinct rows than components", () => {
  const x = ndarray("float64", [6, 1], Float64Array.of(1, 1, 1, 2, 2, 2));
  for (const initParams of ["kmeans", "k-means++", "random", "random_from_data"] as const) {
    for (let nComponents = 1; nComponents <= 6; nComponents++) {
      const mixture = new GaussianMixture({ nComponents, initParams }).fit(x);
      assertEquals(mixture.warnings.length, nComponents > 2 ? 1 : 0);
      const shares = mixture.predictProba(x).data;
      assert([...mixture.weights.data, ...shares].every((share) => share >= 0 && share <= 1));
      // scikit-learn's first two components have these means from k-means, the others no weight.
      if (initParams !== "kmeans" || nComponents < 2) continue;
      const [ones, twos] = [0, 3].map((row) => mixture.means.data[mixture.predict(x)[row]]);
      assertEquals([Math.round(ones), Math.round(twos)], [1, 2]);
    }
  }
  assertEquals(new GaussianMixture({ nComponents: 3 }).fit(x).warnings, [
    "there are 2 distinct rows for 3 components, some of which are alike",
  ]);
});

Deno.test("predictProba() sums to 1 wherever the points lie", () => {
  const { points } = clusteredPoints({ count: 40, features: 2, clusters: 2 });
  const mixture = new GaussianMixture({ nComponents: 3 }).fit(points);
  for (let exponent = -100; exponent < 100; exponent += 5) {
    const x = ndarray(
      "float64",
      [2, 2],
      Float64Array.of(1, -1, 1, 2).map((v) => v * 10 ** exponent),
    );
    const { data } = mixture.predictProba(x);
    for (const row of [data.subarray(0, 3), data.subarray(3)]) {
      assert(Math.abs(row[0] + row[1] + row[2] - 1) < 1e-9, `${row} at 1e${exponent}`);
    }
  }
});

Deno.test("fit() throws for what is no array", () => {
  for (const x of [[[1], [2]], [], undefined, null, 1, { shape: [2, 1] }]) {
    assertThrows(
      () => new GaussianMixture().fit(x as never),
      InputError,
      "are no array of ndarray()",
    );
  }
});
