import { assertEquals } from "@std/assert";
import { classColours, DISTINCT_COLOURS, rgb } from "../../../lib/plot/colours.ts";

Deno.test("classColours() gives up to ten classes colours of their own", () => {
  for (const count of [1, 3, 7, 8, DISTINCT_COLOURS]) {
    const colours = classColours(count);
    assertEquals([colours.length, new Set(colours).size], [count, count]);
  }
  assertEquals(classColours(12).length, 12);
  assertEquals(rgb("#0072b2"), [0, 114, 178]);
});
