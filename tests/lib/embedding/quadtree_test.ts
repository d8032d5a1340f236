import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { buildQuadtree, repulsion } from "../../../lib/embedding/quadtree.ts";

/** The sums over all other points, one by one. */
function exact(points: Float64Array, i: number): number[] {
  const sums = [0, 0, 0];
  for (let j = 0; j < points.length / 2; j++) {
    const dx = points[2 * i] - points[2 * j], dy = points[2 * i + 1] - points[2 * j + 1];
    const q = 1 / (1 + dx * dx + dy * dy);
    if (j !== i) sums[0] += q;
    sums[1] += q * q * dx;
    sums[2] += q * q * dy;
  }
  return sums;
}

Deno.test("repulsion() is exact at theta 0, also of equal points, and near at theta 0.5", () => {
  const random = new Random(0);
  const sums = new Float64Array(3);
  const stack = new Int32Array(512);
  for (const count of [1, 2, 7, 300]) {
    const points = Float64Array.from({ length: 2 * count }, () => 20 * random.normal());
    // Some points lie on top of others, or almost.
    points.copyWithin(0, 4, 8);
    if (count > 6) points[6] = points[8] + 1e-14;
    const tree = buildQuadtree(points);
    assertEquals(tree.masses[0], count);
    for (let i = 0; i < count; i++) {
      const [x, y] = [points[2 * i], points[2 * i + 1]];
      const expected = exact(points, i);
      repulsion(tree, { x, y, theta: 0, sums, stack });
      sums.forEach((sum, k) => assert(Math.abs(sum - expected[k]) < 1e-9, `${sum} ${expected[k]}`));
      repulsion(tree, { x, y, theta: 0.5, sums, stack });
      assert(Math.abs(sums[0] - expected[0]) < 0.05 * expected[0] + 1e-9);
    }
  }
});
