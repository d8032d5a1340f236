import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { fitTransform, TRANSFORM_NAMES, transformLatents } from "../../../lib/latent/mod.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { clusteredPoints } from "../mixture/points.ts";

/** Determinant of a small matrix, by cofactors. */
function determinant(rows: number[][]): number {
  if (rows.length === 1) return rows[0][0];
  return rows[0].reduce((sum, value, column) => {
    const minor = rows.slice(1).map((row) => row.filter((_, j) => j !== column));
    return sum + (column % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}

for (const name of TRANSFORM_NAMES) {
  for (const features of [1, 2, 3]) {
    Deno.test(`transformLatents() has the volume element of ${name} in ${features} axes`, () => {
      const { points } = clusteredPoints({ count: 30, features, clusters: 2, spread: 1 });
      const transform = fitTransform(name, points);
      const map = (z: Float64Array) =>
        transformLatents(transform, ndarray("float64", [1, features], z));
      const step = 1e-5;
      for (let row = 0; row < 30; row++) {
        const z = points.data.slice(row * features, (row + 1) * features);
        const columns = Array.from({ length: features }, (_, j) => {
          const [up, down] = [step, -step].map((by) =>
            map(z.map((value, i) => i === j ? value + by : value)).u
          );
          return Array.from(up, (value, i) => (value - down[i]) / (2 * step));
        });
        const expected = Math.log(Math.abs(determinant(columns)));
        assertAlmostEquals(map(z).logDeterminant[0], expected, 1e-6);
      }
    });
  }

  Deno.test(`transformLatents() is finite at the mean and far away by ${name}`, () => {
    const transform = { name, mean: [1, 1], std: [1, 2], scale: 1 };
    const points = ndarray("float64", [3, 2], Float64Array.of(1, 1, 1e4, -1e4, 1 + 1e-12, 1));
    const { u, logDeterminant } = transformLatents(transform, points);
    assert(u.every(Number.isFinite) && logDeterminant.every(Number.isFinite));
    assertEquals([...u.subarray(0, 2)], [0, 0]);
    if (name !== "none") assert(u.every((value) => Math.abs(value) <= 1));
  });
}

Deno.test("transformLatents() makes normal latents uniform, by axis or on the disc", () => {
  const random = new Random(1);
  const z = Float64Array.from({ length: 40_000 }, () => random.normal());
  const points = ndarray("float64", [20_000, 2], z);
  const byAxis = transformLatents(fitTransform("erf", points), points).u;
  const onDisc = transformLatents(fitTransform("disc", points), points).u;
  const share = (inside: (x: number, y: number) => boolean, u: Float64Array) =>
    Array.from({ length: 20_000 }, (_, row) => inside(u[row * 2], u[row * 2 + 1]))
      .filter(Boolean).length / 20_000;
  assertAlmostEquals(share((x) => x < -0.5, byAxis), 0.25, 0.01);
  assertAlmostEquals(share((x, y) => x < 0.5 && y < 0, byAxis), 0.375, 0.01);
  assertAlmostEquals(share((x, y) => x * x + y * y < 0.25, onDisc), 0.25, 0.01);
  assertAlmostEquals(share((x, y) => x > 0 && y > 0, onDisc), 0.25, 0.01);
});

Deno.test("fitTransform() centres and scales, and leaves an axis alone that does not vary", () => {
  const points = ndarray("float64", [2, 2], Float64Array.of(1, 5, 3, 5));
  assertEquals(fitTransform("tanh", points, { scale: 2 }), {
    name: "tanh",
    mean: [2, 5],
    std: [1, 1],
    scale: 2,
  });
});

Deno.test("transformLatents() throws if a latent is not finite", () => {
  const transform = { name: "erf", mean: [0], std: [1], scale: 1 } as const;
  const points = ndarray("float32", [2, 1], Float32Array.of(0, NaN));
  assertThrows(() => transformLatents(transform, points), InputError, "row 1 holds NaN");
});
