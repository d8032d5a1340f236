import { assert, assertAlmostEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { separateCenters } from "../../../train/systems/separate_centers.ts";

function means(values: number[], latentDim = 2) {
  const shape = [values.length / latentDim, latentDim];
  return ndarray("float64", shape, Float64Array.from(values));
}

function distances(
  { data, shape: [count, dim] }: { data: ArrayLike<number>; shape: readonly number[] },
) {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let d = 0; d < dim; d++) square += (data[i * dim + d] - data[j * dim + d]) ** 2;
      found.push(Math.sqrt(square));
    }
  }
  return found;
}

Deno.test("separateCenters() makes a regular triangle of a small one, turned as it was", () => {
  const corner = (
    k: number,
  ) => [Math.cos(0.3 + 2 * k * Math.PI / 3), Math.sin(0.3 + 2 * k * Math.PI / 3)];
  const centers = separateCenters(means([0, 1, 2].flatMap(corner)), 6 * Math.sqrt(3));
  [0, 1, 2].flatMap(corner).forEach((value, i) =>
    assertAlmostEquals(centers.data[i], 6 * value, 1e-4)
  );
});

Deno.test("separateCenters() parts every pair, whatever the start, and centres them", () => {
  const random = new Random(2);
  for (const [clusters, latentDim] of [[2, 1], [3, 2], [5, 2], [10, 2], [10, 10], [4, 3]]) {
    const start = Array.from({ length: clusters * latentDim }, () => random.normal());
    const centers = separateCenters(means(start, latentDim), 5);
    assert(Math.min(...distances(centers)) >= 5 * (1 - 1e-5), `${clusters} in ${latentDim}`);
    for (let d = 0; d < latentDim; d++) {
      let sum = 0;
      for (let i = 0; i < clusters; i++) sum += centers.data[i * latentDim + d];
      assertAlmostEquals(sum, 0, 1e-4);
    }
  }
});

Deno.test("separateCenters() parts means on one spot", () => {
  const centers = separateCenters(means([1, 1, 1, 1, 4, 4]), 3);
  assert(Math.min(...distances(centers)) >= 3 * (1 - 1e-5));
});
