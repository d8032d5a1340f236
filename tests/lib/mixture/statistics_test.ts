import { assertEquals } from "@std/assert";
import { statisticsOf, sumsLength } from "../../../lib/mixture/statistics.ts";

Deno.test("statisticsOf() reads all sums from one array, with matrices or diagonals", () => {
  for (const matrix of [true, false]) {
    const size = { components: 2, features: 3, matrix };
    const sums = Float64Array.from({ length: sumsLength(size) }, (_, i) => i);
    const { mass, first, second, logLikelihood } = statisticsOf(sums, size, new Float64Array(6));
    assertEquals([mass.length, first.length, second.length], [2, 6, matrix ? 18 : 6]);
    assertEquals([...mass, ...first, ...second, logLikelihood], [...sums]);
  }
});
