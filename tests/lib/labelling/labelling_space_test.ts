import { assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { describeSpace } from "../../../lib/labelling/labelling_space.ts";
import { toySpace } from "./toy_space.ts";

Deno.test("describeSpace() finds a middle of each cluster, the first ones in different classes", async () => {
  const { space: { clusters, middles, isolation }, classes } = await toySpace();
  assertEquals(new Set(clusters).size, middles.length);
  assertEquals(new Set(Array.from(middles, (row) => clusters[row])).size, middles.length);
  // The last point is a cluster of its own or far from all: it is no class of its own here.
  const first = Array.from(middles).filter((row) => row < 120).slice(0, 3);
  assertEquals(new Set(first.map((row) => classes[row])).size, 3);
  assertEquals(isolation.indexOf(Math.max(...isolation)), 120);
});

Deno.test("describeSpace() describes fewer points than a cluster has", () => {
  const points = ndarray("float32", [2, 1], Float32Array.of(0, 1));
  const { middles } = describeSpace(points, {
    indices: ndarray("int32", [2, 1], Int32Array.of(1, 0)),
    squaredDistances: ndarray("float32", [2, 1], Float32Array.of(1, 1)),
  });
  assertEquals(middles.length, 1);
});
