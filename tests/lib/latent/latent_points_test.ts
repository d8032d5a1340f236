import { assert, assertEquals } from "@std/assert";
import {
  drawFromMixture,
  drawFromPrior,
  manifold,
  traversals,
} from "../../../lib/latent/latent_points.ts";
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { tinyMixture } from "../../tiny_run.ts";

const QUANTILE = 1.6448536; // of 0.95

function assertNear(actual: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => assert(Math.abs(actual[i] - value) <= tolerance, `${actual[i]}`));
}

Deno.test("manifold() runs from the top left to the bottom right", () => {
  const { z, columns } = manifold(3);
  assertEquals([z.shape, columns], [[9, 2], 3]);
  assertNear(z.data.subarray(0, 2), [-QUANTILE, QUANTILE], 1e-6);
  assertNear(z.data.subarray(2, 4), [0, QUANTILE], 1e-6);
  assertNear(z.data.subarray(8, 10), [0, 0], 1e-6);
  assertNear(z.data.subarray(16), [QUANTILE, -QUANTILE], 1e-6);
});

Deno.test("traversals() move one axis a row", () => {
  const { z, columns } = traversals(3, 2);
  assertEquals([z.shape, columns], [[6, 3], 2]);
  const q = QUANTILE;
  assertNear(z.data, [-q, 0, 0, q, 0, 0, 0, -q, 0, 0, q, 0, 0, 0, -q, 0, 0, q], 1e-6);
});

Deno.test("drawFromPrior() has mean 0 and variance 1, and is the seed's alone", () => {
  const { data } = drawFromPrior(20_000, 2, { seed: 1 });
  let sum = 0, squares = 0;
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  assertNear([sum / data.length, squares / data.length], [0, 1], 0.02);
  assertEquals(drawFromPrior(20_000, 2, { seed: 1 }).data, data);
  assert(drawFromPrior(20_000, 2, { seed: 2 }).data[0] !== data[0]);
});

Deno.test("drawFromMixture() finds every component in its share, place and width", () => {
  const mixture = tinyMixture(); // at (1.6, -1.6), (-1.6, 1.6), (-1.6, -1.6), deviation 0.5
  const z = drawFromMixture(3000, mixture, { seed: 1 });
  const { labels } = classifyLatents(
    mixture,
    ndarray("float64", z.shape, Float64Array.from(z.data)),
  );
  const means = [[1.6, -1.6], [-1.6, 1.6], [-1.6, -1.6]];
  mixture.classes.forEach((label, c) => {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    // Standard error of the share 0.009, of a mean 0.016, of a deviation 0.011.
    assertNear([rows.length / 3000], [1 / 3], 0.04);
    for (const axis of [0, 1]) {
      const values = rows.map((row) => z.data[2 * row + axis]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      assertNear([mean, Math.sqrt(variance)], [means[c][axis], 0.5], 0.07);
    }
  });
});

Deno.test("drawFromMixture() draws from a squashed mixture where its latents lie", () => {
  const mixture = tinyMixture();
  const [member] = mixture.members;
  // Uniform in u, so standard normal in z.
  const wide = {
    ...mixture,
    members: [{
      ...member,
      transform: { ...member.transform, name: "erf" as const, scale: Math.SQRT2 },
      mixture: {
        ...member.mixture,
        covariances: ndarray("float64", [3], Float64Array.of(1e4, 1e4, 1e4)),
        precisionsCholesky: ndarray("float64", [3], Float64Array.of(0.01, 0.01, 0.01)),
      },
    }],
  };
  const { data } = drawFromMixture(3000, wide, { seed: 2 });
  const squares = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  assertNear([squares], [1], 0.07);
});
