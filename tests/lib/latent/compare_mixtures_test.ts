import { assert, assertEquals } from "@std/assert";
import { fitTransform } from "../../../lib/latent/latent_transform.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { compareMixtures } from "../../../lib/latent/compare_mixtures.ts";

/** Two round groups of points far from each other. */
function groups(count: number, features: number) {
  const data = new Random(2).normals(count * features);
  for (let i = 0; i < count; i++) data[i * features] += i % 2 * 12;
  return ndarray("float32", [count, features], data);
}

Deno.test("compareMixtures() finds the size and the shape that points were drawn from", () => {
  const points = groups(600, 2);
  const transform = fitTransform("none", points);
  const { fits, rows } = compareMixtures(points, { classes: 2, transform, maxRows: 500 });
  assertEquals(rows, 500);
  assertEquals(fits.map(({ components }) => components), [2, 2, 2, 2, 4, 4, 4, 4, 6, 6, 6, 6]);
  const best = fits.reduce((a, b) => b.bic! < a.bic! ? b : a);
  assertEquals(best.components, 2);
  assert(fits.every(({ lowerBound }) => Number.isFinite(lowerBound)));
});

Deno.test("compareMixtures() leaves out mixtures with more parameters than rows", () => {
  const points = groups(60, 6);
  const transform = fitTransform("none", points);
  const { fits } = compareMixtures(points, { classes: 2, transform });
  const left = fits.filter(({ bic }) => bic !== null);
  // 2 full components have 2 * 21 + 12 + 1 = 55 parameters, 4 have 111.
  assertEquals(left.filter(({ covarianceType }) => covarianceType === "full").length, 1);
});
