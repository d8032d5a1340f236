import { assert } from "@std/assert";
import { ndarray } from "../../lib/array/ndarray.ts";
import { nearestNeighbours } from "../../lib/classical/nearest_neighbours.ts";
import { principalComponents } from "../../lib/embedding/pca.ts";
import { tsne, TSNE_NEIGHBOURS } from "../../lib/embedding/tsne.ts";
import { type LayoutScores, layoutScores } from "../../lib/metrics/layout_scores.ts";
import { runPython } from "./python.ts";

const peer = JSON.parse(await runPython("embedding_peer.py", ["data"])) as LayoutScores & {
  readonly points: number[][];
  readonly classes: number[];
  readonly layout: number[][];
};
const { classes } = peer;
const array = (rows: number[][]) =>
  ndarray("float32", [rows.length, rows[0].length], Float32Array.from(rows.flat()));
const points = array(peer.points);

function assertSame(found: LayoutScores, expected: LayoutScores): void {
  for (const name of ["trustworthiness", "neighbourAccuracy"] as const) {
    assert(Math.abs(found[name]! - expected[name]!) < 1e-3, `${name} ${found[name]}`);
  }
}

Deno.test("layoutScores() gives scikit-learn's numbers for its layout of digits", () => {
  assertSame(layoutScores(points, array(peer.layout), { classes }), peer);
});

Deno.test("tsne() shows digits as well as scikit-learn's TSNE does", async () => {
  const neighbours = await nearestNeighbours(points, points, {
    k: TSNE_NEIGHBOURS,
    excludeSelf: true,
  });
  const layout = tsne(neighbours, { start: principalComponents(points).projected });
  const scores = layoutScores(points, layout, { classes });
  assert(scores.trustworthiness > peer.trustworthiness - 0.005, `${scores.trustworthiness}`);
  assert(scores.neighbourAccuracy! > peer.neighbourAccuracy! - 0.01, `${scores.neighbourAccuracy}`);
  const rows = Array.from({ length: 1000 }, (_, i) => [...layout.data.subarray(2 * i, 2 * i + 2)]);
  const input = JSON.stringify(rows);
  assertSame(scores, JSON.parse(await runPython("embedding_peer.py", ["score"], { input })));
});
