import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { neighbourCount, neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";

Deno.test("neighbourGraph() joins with weight 1 both ways and 1/2 one way, divided by degrees", () => {
  // 0 and 1 choose each other, 2 chooses 1: degrees 1, 1.5 and .5.
  const graph = neighbourGraph(ndarray("int32", [3, 1], Int32Array.of(1, 0, 1)));
  assertEquals([...graph.offsets], [0, 1, 3, 4]);
  assertEquals([...graph.columns], [1, 0, 2, 1]);
  const expected = [
    1 / Math.sqrt(1.5),
    1 / Math.sqrt(1.5),
    0.5 / Math.sqrt(0.75),
    0.5 / Math.sqrt(0.75),
  ];
  graph.weights.forEach((weight, i) => assertAlmostEquals(weight, expected[i], 1e-6));
});

Deno.test("neighbourCount() is 10, fewer for few points", () => {
  assertEquals([10_000, 120, 60, 12].map((count) => neighbourCount(count)), [10, 10, 5, 3]);
});
