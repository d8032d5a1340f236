import { assertAlmostEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";
import { seedRows, spread } from "../../../lib/classical/spread.ts";

Deno.test("spread() converges to (1 - alpha) (I - alpha S)^-1 Y", () => {
  const neighbours = ndarray("int32", [5, 2], Int32Array.of(1, 2, 0, 2, 0, 1, 4, 2, 3, 1));
  const graph = neighbourGraph(neighbours);
  const seeds = seedRows({ rows: [0, 4], classes: [0, 1] }, { count: 5, classes: 2 });
  const { data } = spread(graph, seeds, { alpha: 0.9, iterations: 400 });
  // The fixed point in float64: F - alpha S F = (1 - alpha) Y.
  for (let i = 0; i < 5; i++) {
    for (let c = 0; c < 2; c++) {
      let left = data[i * 2 + c];
      for (let entry = graph.offsets[i]; entry < graph.offsets[i + 1]; entry++) {
        left -= 0.9 * graph.weights[entry] * data[graph.columns[entry] * 2 + c];
      }
      assertAlmostEquals(left, 0.1 * seeds.data[i * 2 + c], 1e-6);
    }
  }
});
