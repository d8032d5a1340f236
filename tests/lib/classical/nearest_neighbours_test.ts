import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { nearestNeighbours } from "../../../lib/classical/nearest_neighbours.ts";

const random = new Random(7);
const points = ndarray("float32", [50, 6], random.normals(300));
const queries = ndarray("float32", [9, 6], random.normals(54));

function distance(a: Float32Array, i: number, b: Float32Array, j: number): number {
  let sum = 0;
  for (let k = 0; k < 6; k++) sum += (a[i * 6 + k] - b[j * 6 + k]) ** 2;
  return sum;
}

Deno.test("nearestNeighbours() agrees with sorting all distances in float64", async () => {
  const { indices, squaredDistances } = await nearestNeighbours(queries, points, { k: 4 });
  for (let i = 0; i < 9; i++) {
    const order = Array.from({ length: 50 }, (_, j) => j)
      .sort((a, b) =>
        distance(queries.data, i, points.data, a) - distance(queries.data, i, points.data, b)
      );
    assertEquals([...indices.data.subarray(4 * i, 4 * i + 4)], order.slice(0, 4));
    order.slice(0, 4).forEach((j, n) => {
      const exact = distance(queries.data, i, points.data, j);
      assert(Math.abs(squaredDistances.data[4 * i + n] - exact) < 1e-4);
    });
  }
});

Deno.test("nearestNeighbours() leaves a point out of its own list, also among equal points", async () => {
  const same = ndarray("float32", [5, 2], new Float32Array(10).fill(0.5));
  const { indices } = await nearestNeighbours(same, same, { k: 3, excludeSelf: true });
  assertEquals(indices.shape, [5, 3]);
  for (let i = 0; i < 5; i++) {
    const found = [...indices.data.subarray(3 * i, 3 * i + 3)];
    assert(!found.includes(i));
    assertEquals(new Set(found).size, 3);
  }
});

Deno.test("nearestNeighbours() finds no more neighbours than there are points", async () => {
  const few = ndarray("float32", [3, 6], points.data.slice(0, 18));
  assertEquals((await nearestNeighbours(queries, few)).indices.shape, [9, 3]);
  const { indices } = await nearestNeighbours(few, few, { excludeSelf: true });
  assertEquals(indices.shape, [3, 2]);
});
