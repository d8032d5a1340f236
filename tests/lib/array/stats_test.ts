import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import {
  argMaxRows,
  axisMoments,
  histogramOf,
  maxRows,
  mean,
  quantile,
} from "../../../lib/array/stats.ts";
import { InputError } from "../../../lib/input_error.ts";

Deno.test("quantile() interpolates between neighbours, as numpy does", () => {
  const values = [4, 1, 3, 2];
  assertEquals([quantile(values, 0), quantile(values, 1)], [1, 4]);
  assertAlmostEquals(quantile(values, 0.25), 1.75, 1e-12);
  assertAlmostEquals(quantile(values, 0.9), 3.7, 1e-12);
  assertEquals(quantile([7], 0.3), 7);
  assertEquals(values, [4, 1, 3, 2]);
  assertMatch(assertThrows(() => quantile([], 0.5), InputError).message, /there are no values/);
});

Deno.test("argMaxRows() takes the first of equals, and -Infinity for a number", () => {
  const values = Float64Array.of(1, 3, 3, -Infinity, -Infinity, -1e300);
  assertEquals(argMaxRows(values, 3), Int32Array.of(1, 2));
});

Deno.test("maxRows() is the greatest value of each row", () => {
  const rows = ndarray("float32", [2, 3], Float32Array.of(1, 3, 2, -4, -5, -4.5));
  assertEquals(maxRows(rows), Float64Array.of(3, -4));
});

Deno.test("axisMoments() gives the mean and the deviation of each axis", () => {
  const points = ndarray("float32", [2, 2], Float32Array.of(1, 10, 3, 10));
  assertEquals(axisMoments(points), [{ mean: 2, deviation: 1 }, { mean: 10, deviation: 0 }]);
});

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

Deno.test("mean() is the sum divided by the count", () => assertEquals(mean([1, 2, 6]), 3));
