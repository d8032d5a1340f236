import { assert, assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { nearestNeighbours } from "../../../lib/classical/nearest_neighbours.ts";
import { tsne } from "../../../lib/embedding/tsne.ts";
import { layoutScores } from "../../../lib/metrics/layout_scores.ts";

/** Three groups of points in six dimensions. */
function groups(count: number) {
  const data = new Random(1).normals(count * 6);
  for (let i = 0; i < count; i++) data[6 * i + i % 3] += 12;
  return ndarray("float32", [count, 6], data);
}

const near = (points: ReturnType<typeof groups>, k: number) =>
  nearestNeighbours(points, points, { k, excludeSelf: true });

Deno.test("tsne() keeps neighbours together, and gives the same layout by seed", async () => {
  const points = groups(150);
  const neighbours = await near(points, 45);
  const classes = Array.from({ length: 150 }, (_, i) => i % 3);
  for (const start of [undefined, ndarray("float32", [150, 2], new Random(2).normals(300))]) {
    const options = { iterations: 200, seed: 4, ...start && { start } };
    const layout = tsne(neighbours, options);
    assertEquals(layoutScores(points, layout, { classes, k: 5 }).neighbourAccuracy, 1);
    assertEquals(layout.data, tsne(neighbours, options).data);
  }
});

Deno.test("tsne() lays out points of which many are equal", async () => {
  const points = groups(120);
  for (let i = 0; i < 360; i++) points.data[i] = points.data[i % 6];
  const { data } = tsne(await near(points, 30), { iterations: 60 });
  assert(data.every(Number.isFinite));
});

Deno.test("tsne() throws if there are too few neighbours for the perplexity", async () => {
  const neighbours = await near(groups(40), 30);
  assertThrows(() => tsne(neighbours, { perplexity: 30 }), RangeError, "needs more than 30");
});
