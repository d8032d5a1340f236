import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { fromNested, toNested } from "../../../lib/array/nested.ts";

Deno.test("toNested() makes lists of lists, which fromNested() reads back", () => {
  const array = ndarray("float64", [2, 1, 3], Float64Array.of(1, 2, 3, 4, 5, 6));
  const nested = toNested(array);
  assertEquals(nested, [[[1, 2, 3]], [[4, 5, 6]]]);
  assertEquals(fromNested(nested, [2, 1, 3]), array);
});

Deno.test("fromNested() gives nothing for another shape or other values", () => {
  for (const value of [[[1, 2]], [[1], [2], [3]], [1, 2], [["1"], [2]], undefined, null, 3]) {
    assertEquals(fromNested(value, [2, 1]), undefined);
  }
});
