import { assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { withDefaults } from "../../../lib/mixture/mixture_options.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { startMixture } from "../../../lib/mixture/start.ts";

const rows = weightedRows(ndarray("float64", [4, 1], Float64Array.of(0, 1, 10, 11)), {});

Deno.test("startMixture() takes what is given and finds the rest", () => {
  const meansInit = ndarray("float64", [2, 1], Float64Array.of(-5, 5));
  const options = withDefaults({ nComponents: 2, meansInit });
  const { means, weights } = startMixture(rows, options, new Random(0, "start"));
  assertEquals(means, meansInit);
  assertEquals([...weights.data], [0.5, 0.5]);
});

Deno.test("startMixture() needs as many rows as components", () => {
  assertThrows(
    () => startMixture(rows, withDefaults({ nComponents: 5 }), new Random(0, "start")),
    Error,
    "there are 4 rows of weight above 0, at least 5 are needed",
  );
});
