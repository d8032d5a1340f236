import { assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { flattenRows, floatRows } from "../../../../train/core/engines/rows.ts";

const PIXELS = ndarray("uint8", [3, 2, 1], Uint8Array.of(0, 255, 51, 102, 153, 204));

Deno.test("floatRows() scales bytes to [0, 1], and leaves other types as they are", () => {
  const { dtype, shape, data } = floatRows(PIXELS);
  assertEquals([dtype, shape], ["float32", [3, 2, 1]]);
  assertEquals([...data], [...Float32Array.of(0, 1, 0.2, 0.4, 0.6, 0.8)]);
  const labels = ndarray("int32", [2], Int32Array.of(7, 255));
  assertEquals(floatRows(labels), labels);
});

Deno.test("flattenRows() gives one axis for all of a row", () => {
  assertEquals(flattenRows(PIXELS).shape, [3, 2]);
  assertEquals(flattenRows(ndarray("int32", [4], new Int32Array(4))).shape, [4, 1]);
});
