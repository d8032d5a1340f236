import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { principalComponents, project } from "../../../lib/embedding/pca.ts";
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
