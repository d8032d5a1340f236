import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as esbuild from "esbuild";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { COVARIANCE_TYPES, GaussianMixture } from "../../../lib/mixture/mod.ts";

const x = ndarray(
  "float64",
  [8, 2],
  Float64Array.of(0, 0.1, 1, 0.4, 0.3, 1, 1.2, 0.9, 9, 9, 10, 9.4, 9.1, 10, 10, 10.3),
);

for (const covarianceType of COVARIANCE_TYPES) {
  Deno.test(`a ${covarianceType} mixture comes back from JSON with the same predictions`, () => {
    const mixture = new GaussianMixture({ nComponents: 2, covarianceType, seed: 3 }).fit(x);
    const copy = GaussianMixture.fromJSON(JSON.parse(JSON.stringify(mixture)));
    assertEquals(copy.scoreSamples(x), mixture.scoreSamples(x));
    assertEquals(copy.precisionsCholesky, mixture.precisionsCholesky);
    assertEquals(copy.lowerBounds, mixture.lowerBounds);
    assertEquals(copy.getParams(), mixture.getParams());
    assertEquals(copy.sample(5), mixture.sample(5));
  });
}

Deno.test("a mixture that is not fitted keeps its options in JSON", () => {
  const copy = GaussianMixture.fromJSON(new GaussianMixture({ nComponents: 3 }).toJSON());
  assertEquals(copy.options.nComponents, 3);
  assertThrows(() => copy.weights, Error, "it is not fitted");
});

Deno.test("fromJSON() says what is wrong", () => {
  const json = new GaussianMixture({ nComponents: 2 }).fit(x).toJSON();
  const fitted = json.fitted!;
  const covariances = [[[1, 2], [2, 1]], [[1, 0], [0, 1]]];
  const cases: [unknown, string][] = [
    [null, 'its format is undefined, "glimpse-gaussian-mixture" is needed'],
    [{ ...json, options: { components: 2 } }, 'Cannot use option "components" of a mixture'],
    [{ ...json, options: { nComponents: -1 } }, "nComponents is -1"],
    [{ ...json, fitted: { ...fitted, means: [[1, 2]] } }, "its means are not finite numbers"],
    [{ ...json, fitted: { ...fitted, weights: [0.5, 0.6] } }, "its weights are no shares of 1"],
    [{ ...json, fitted: { ...fitted, weights: [0.5, null] } }, "its weights are not finite"],
    [{ ...json, fitted: { ...fitted, covariances } }, "its covariances are not positive definite"],
  ];
  for (const [value, message] of cases) {
    assertThrows(() => GaussianMixture.fromJSON(value), Error, message);
  }
});

Deno.test("setParams() changes options until the next fit, and knows their names", () => {
  const mixture = new GaussianMixture({ nComponents: 2 }).fit(x);
  assertEquals(mixture.setParams({ nComponents: 3, tol: 0.1 }), mixture);
  assertEquals(mixture.getParams().tol, 0.1);
  assertEquals(mixture.predictProba(x).shape, [8, 2]);
  assertEquals(mixture.fit(x).weights.shape, [3]);
  assertThrows(() => mixture.setParams({ k: 1 } as object), Error, 'Cannot use option "k"');
});

Deno.test("fitInTurns() gives what fit() gives, and ends where it is told", async () => {
  const options = { nComponents: 2, seed: 1 };
  const [mixture, other] = [new GaussianMixture(options), new GaussianMixture(options).fit(x)];
  await mixture.fitInTurns(x);
  assertEquals(mixture.toJSON(), other.toJSON());
  await assertRejects(() => other.fitInTurns(x, { signal: AbortSignal.abort() }), Error, "abort");
});

Deno.test("a bundle of the mixture has less than 40 KB and needs neither Deno nor Node.js", async () => {
  const entry = fileURLToPath(new URL("../../../lib/mixture/mod.ts", import.meta.url));
  try {
    const { outputFiles: [{ text }] } = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "iife",
      globalName: "glimpse",
      platform: "browser",
      write: false,
      logLevel: "silent",
    });
    assert(text.length < 40_000, `${text.length} bytes`);
    const fit = `${text}
      const shape = [4, 1], data = Float64Array.of(0, 1, 10, 11);
      const mixture = new glimpse.GaussianMixture({ nComponents: 2 }).fit({ shape, data });
      JSON.stringify(glimpse.GaussianMixture.fromJSON(mixture.toJSON()).toJSON().fitted.means);`;
    const means = JSON.parse(runInNewContext(fit, {})) as number[][];
    assertEquals(means.flat().sort((a, b) => a - b), [0.5, 10.5]);
  } finally {
    await esbuild.stop();
  }
});
