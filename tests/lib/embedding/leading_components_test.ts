import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import {
  fitLeadingComponents,
  projectOnComponents,
} from "../../../lib/embedding/leading_components.ts";
import { principalComponents } from "../../../lib/embedding/pca.ts";
import { Random } from "../../../lib/array/random.ts";

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
