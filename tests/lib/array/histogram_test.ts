import { assertEquals } from "@std/assert";
import { histogramOf } from "../../../lib/array/histogram.ts";

Deno.test("histogramOf() counts shares, and what lies beyond into the outer bins", () => {
  const { edges, shares } = histogramOf([[0, 1, 2, 3, 4], [-9, 0.5, 3.5, 99]], {
    binCount: 4,
    tails: [0, 0],
  });
  assertEquals(edges, [0, 1, 2, 3, 4]);
  assertEquals(shares, [[0.2, 0.2, 0.2, 0.4], [0.5, 0, 0, 0.5]]);
});

Deno.test("histogramOf() cuts the tails of the first set off", () => {
  const values = Array.from({ length: 1001 }, (_, i) => i);
  const { edges } = histogramOf([values], { binCount: 2, tails: [0.1, 0.2] });
  assertEquals(edges, [100, 450, 800]);
});
