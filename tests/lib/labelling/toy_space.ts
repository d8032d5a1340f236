import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { nearestNeighbours } from "../../../lib/classical/nearest_neighbours.ts";
import { neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";
import { describeSpace } from "../../../lib/labelling/labelling_space.ts";

/** Three clusters of 60, 40 and 20 points in a plane, and one point far from all, the last. */
export async function toySpace() {
  const random = new Random(3);
  const classes = Array.from({ length: 120 }, (_, i) => i < 60 ? 0 : i < 100 ? 1 : 2);
  const data = Float32Array.from([
    ...classes.flatMap((c) => [random.normal() + 8 * c, random.normal() + 6 * (c % 2)]),
    60,
    60,
  ]);
  const points: NdArray<"float32"> = ndarray("float32", [121, 2], data);
  const neighbours = await nearestNeighbours(points, points, { k: 8, excludeSelf: true });
  return {
    points,
    classes: [...classes, 2],
    space: describeSpace(points, neighbours),
    graph: neighbourGraph(neighbours.indices),
  };
}
