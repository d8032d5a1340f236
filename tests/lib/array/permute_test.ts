import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { permute } from "../../../lib/array/permute.ts";

const x = ndarray("int32", [2, 3, 4], Int32Array.from({ length: 24 }, (_, i) => i));

Deno.test("permute() puts each element where its axes go", () => {
  for (const perm of [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1], [0, 2, 1], [1, 2, 0]]) {
    const y = permute(x, perm);
    assertEquals(y.shape, perm.map((axis) => x.shape[axis]));
    y.data.forEach((value, at) => {
      const index = [
        Math.floor(at / (y.shape[1] * y.shape[2])),
        Math.floor(at / y.shape[2]) % y.shape[1],
        at % y.shape[2],
      ];
      const [a, b, c] = [0, 1, 2].map((axis) => index[perm.indexOf(axis)]);
      assertEquals(value, a * 12 + b * 4 + c);
    });
  }
});

Deno.test("permute() of scalars and empty arrays", () => {
  assertEquals(permute(ndarray("int32", [], Int32Array.of(7)), []).data, Int32Array.of(7));
  assertEquals(permute(ndarray("int32", [0, 3], new Int32Array()), [1, 0]).shape, [3, 0]);
});
