import { assertEquals, assertThrows } from "@std/assert";
import { placeholderOf, withPlaceholder } from "../../../../train/record/recording/placeholder.ts";
import type { Recorded } from "../../../../train/record/recording/recorded.ts";

Deno.test("a number stands for a tensor inside withPlaceholder(), as float32 has it, and not after", () => {
  const rate: Recorded = { source: { kind: "input", name: "rate" }, shape: [], dtype: "float32" };
  withPlaceholder(0.1, rate, () => assertEquals(placeholderOf(Math.fround(0.1)), rate));
  assertThrows(() =>
    withPlaceholder(0.1, rate, () => {
      throw new RangeError("stop");
    }), RangeError);
  assertEquals(placeholderOf(Math.fround(0.1)), undefined);
});
