import { assert, assertEquals } from "@std/assert";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { layOut } from "../../../lib/labelling/lay_out.ts";

/** Points around three corners, in turn. */
function corners(count: number): NdArray<"float32"> {
  const random = new Random(1);
  const data = Float32Array.from(
    { length: 3 * count },
    (_, i) => random.normal() + (Math.floor(i / 3) % 3 === i % 3 ? 20 : 0),
  );
  return ndarray("float32", [count, 3], data);
}

/** How many of the points have their nearest on the map around another corner. */
function strangers({ data, shape: [count] }: NdArray<"float32">): number {
  let found = 0;
  for (let i = 0; i < count; i++) {
    let [best, nearest] = [Infinity, -1];
    for (let j = 0; j < count; j++) {
      const square = (data[2 * i] - data[2 * j]) ** 2 + (data[2 * i + 1] - data[2 * j + 1]) ** 2;
      if (j !== i && square < best) [best, nearest] = [square, j];
    }
    if (nearest % 3 !== i % 3) found++;
  }
  return found;
}

Deno.test("layOut() keeps neighbours together", async () => {
  const map = await layOut(corners(60));
  assertEquals(map.shape, [60, 2]);
  assertEquals(strangers(map), 0);
});

Deno.test("layOut() puts points beyond the sample where their neighbours are", async () => {
  const points = corners(90);
  const map = await layOut(points, { sample: 60 });
  assertEquals(strangers(map), 0);
});

Deno.test("layOut() lays out points that are too few for a map", async () => {
  const points = ndarray("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  assertEquals([...(await layOut(points)).data], [1, 2, 4, 5]);
  const line = ndarray("float32", [2, 1], Float32Array.of(1, 2));
  assert((await layOut(line)).data.every(Number.isFinite));
});
