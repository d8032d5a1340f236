import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { multiply } from "../../../lib/runtime/multiply.ts";

Deno.test("multiply() multiplies matrices, the first transposed if asked", async () => {
  const a = ndarray("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  const b = ndarray("float32", [3, 1], Float32Array.of(1, 0, 2));
  assertEquals(await multiply(a, b), ndarray("float32", [2, 1], Float32Array.of(7, 16)));
  const square = await multiply(a, a, { transposeFirst: true });
  assertEquals([...square.data], [17, 22, 27, 22, 29, 36, 27, 36, 45]);
});
