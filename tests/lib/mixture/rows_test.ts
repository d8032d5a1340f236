import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import { readPoints, weightedRows } from "../../../lib/mixture/rows.ts";

const points = ndarray("float64", [3, 2], Float64Array.of(1, 2, 3, 4, 5, 6));

Deno.test("readPoints() widens float32, and throws for other shapes and for NaN", () => {
  const floats = ndarray("float32", [1, 2], Float32Array.of(0.5, 0.25));
  const { x, count, features } = readPoints(floats, "test");
  assertEquals([x, count, features], [Float64Array.of(0.5, 0.25), 1, 2]);
  assertThrows(
    () => readPoints(ndarray("float64", [6], points.data), "test"),
    InputError,
    "Cannot test: the data have shape [6], [count, features] is needed",
  );
  const data = Float64Array.of(1, 2, 3, NaN, 5, 6);
  assertThrows(
    () => readPoints(ndarray("float64", [3, 2], data), "test"),
    InputError,
    "Cannot test: row 1 holds NaN",
  );
});

Deno.test("weightedRows() leaves out rows of weight 0, with their groups", () => {
  const rows = weightedRows(points, { sampleWeight: [1, 0, 2], groups: Int32Array.of(7, 8, -1) });
  assertEquals([rows.count, rows.features], [2, 2]);
  assertEquals([...rows.x], [1, 2, 5, 6]);
  assertEquals([...rows.weights], [1, 2]);
  assertEquals([...rows.groups!], [7, -1]);
  assertEquals([...weightedRows(points).weights], [1, 1, 1]);
});

Deno.test("weightedRows() throws for too few weights, and for weights below 0", () => {
  assertThrows(() => weightedRows(points, { sampleWeight: [1, 2] }), InputError, "3 are needed");
  for (const bad of [-1, NaN, Infinity]) {
    assertThrows(
      () => weightedRows(points, { sampleWeight: [1, bad, 1] }),
      InputError,
      `row 1 has weight ${bad}`,
    );
  }
});
