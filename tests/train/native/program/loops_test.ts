import { assertEquals } from "@std/assert";
import { commonSizes } from "../../../../train/native/program/loops.ts";

Deno.test("commonSizes() cuts shapes alike, and gives none where they cut their elements differently", () => {
  assertEquals(commonSizes([[2, 3, 4], [6, 4], [24]]), [2, 3, 4]);
  assertEquals(commonSizes([[1, 6, 1], [2, 3]]), [2, 3]);
  assertEquals(commonSizes([[2, 3], [3, 2]]), undefined);
  assertEquals(commonSizes([[], [1]]), []);
});
