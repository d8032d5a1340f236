import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { joinBlocks, meanLength } from "../../../lib/features/blocks.ts";

const a = ndarray("float32", [2, 2], Float32Array.of(3, 4, 0, 15));
const b = ndarray("float32", [2, 1], Float32Array.of(1, 3));

Deno.test("joinBlocks() divides each block by its mean length", () => {
  assertEquals([meanLength(a), meanLength(b)], [10, 2]);
  const { data, shape } = joinBlocks([a, b]);
  assertEquals(shape, [2, 3]);
  [0.3, 0.4, 0.5, 0, 1.5, 1.5].forEach((value, i) => assertAlmostEquals(data[i], value, 1e-6));
});

Deno.test("joinBlocks() divides by the lengths that it is given", () => {
  assertEquals([...joinBlocks([a, b], [1, 2]).data], [3, 4, 0.5, 0, 15, 1.5]);
});
