import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import {
  fitLeadingComponents,
  principalComponents,
  project,
  projectOnComponents,
} from "../../../lib/embedding/pca.ts";
import { Random } from "../../../lib/array/random.ts";

Deno.test("principalComponents() finds the directions along which points spread", () => {
  const random = new Random(3);
  const data = new Float32Array(3 * 4000);
  for (let i = 0; i < 4000; i++) {
    const [a, b, c] = [4 * random.normal(), 2 * random.normal(), random.normal()];
    // Turned by 30 degrees in the first two axes, and moved.
    data.set([a * 0.866 - b * 0.5 + 5, a * 0.5 + b * 0.866 - 1, c], 3 * i);
  }
  const points = ndarray("float32", [4000, 3], data);
  const found = principalComponents(points);
  assertAlmostEquals(found.directions[0][0], 0.866, 0.02);
  assertAlmostEquals(found.directions[0][1], 0.5, 0.02);
  assertAlmostEquals(found.explained[0], 16 / 21, 0.02);
  assertAlmostEquals(found.explained[1], 4 / 21, 0.02);
  assertEquals(project(points, found), found.projected);
  const dot = found.directions[0].reduce(
    (sum, value, i) => sum + value * found.directions[1][i],
    0,
  );
  assertAlmostEquals(dot, 0, 1e-9);
});

const random = new Random(1);
const features = 40;
// Spread falls by a fifth from axis to axis, then all axes are mixed.
const mix = random.normals(features * features);
const data = new Float32Array(200 * features);
for (let i = 0; i < 200; i++) {
  for (let j = 0; j < features; j++) {
    const value = random.normal() * 0.8 ** j;
    for (let k = 0; k < features; k++) {
      data[i * features + k] += value * mix[j * features + k] + 0.1;
    }
  }
}
const points = ndarray("float32", [200, features], data);

Deno.test("fitLeadingComponents() finds the components that Jacobi's rotations find", async () => {
  const found = await fitLeadingComponents(points, { components: 5 });
  const exact = principalComponents(points, { components: 5 });
  exact.directions.forEach((direction, c) => {
    let dot = 0;
    direction.forEach((value, j) => dot += value * found.directions.data[j * 5 + c]);
    assertAlmostEquals(Math.abs(dot), 1, 1e-3);
  });
  const projected = await projectOnComponents(points, found);
  assertEquals(projected.shape, [200, 5]);
  for (let i = 0; i < projected.data.length; i++) {
    const [mine, theirs] = [projected.data[i], exact.projected.data[i]].map(Math.abs);
    assert(Math.abs(mine - theirs) < 0.02 * (1 + theirs), `${mine} and ${theirs}`);
  }
});

Deno.test("fitLeadingComponents() keeps fewer components than points", async () => {
  const few = ndarray("float32", [3, features], data.slice(0, 3 * features));
  assertEquals((await fitLeadingComponents(few)).directions.shape, [features, 2]);
});
