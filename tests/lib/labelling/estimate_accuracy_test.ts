import { assert, assertEquals } from "@std/assert";
import { estimateAccuracy } from "../../../lib/labelling/estimate_accuracy.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";
import { toySpace } from "./toy_space.ts";

const rows = [0, 10, 20, 30, 61, 70, 80, 102, 110];

Deno.test("estimateAccuracy() finds labels that the others predict, and a wrong one", async () => {
  const { graph, classes } = await toySpace();
  const options = { classes: 3 };
  const labels = rows.map((row) => classes[row]);
  const right = estimateAccuracy(graph, { rows, classes: labels }, options)!;
  assertEquals(right.accuracy, 1);
  assertEquals(right.heldOut.map(({ row }) => row).sort((a, b) => a - b), rows);
  assert(right.heldOut.every(({ label, predicted }) => label === predicted));
  assert(right.interval[0] < 0.8 && right.interval[1] === 1, `${right.interval}`);
  const wrong = estimateAccuracy(graph, { rows, classes: labels.with(1, 1) }, options)!;
  assert(wrong.accuracy < 1);
  const found = wrong.heldOut.find(({ row }) => row === 10)!;
  assertEquals([found.label, found.predicted], [1, 0]);
  assert(found.confidence > 0.5);
});

/** Two rings of 50 images, and four images between them, the last. */
function rings() {
  const neighbours = Array.from({ length: 104 }, (_, row) => {
    if (row >= 100) return [10 * (row - 99), 10 * (row - 99) + 1].flatMap((a) => [a, a + 50]);
    const start = row < 50 ? 0 : 50;
    return [1, 2, 3, 4].map((step) => start + (row + step) % 50);
  });
  return neighbourGraph(ndarray("int32", [104, 4], Int32Array.from(neighbours.flat())));
}

Deno.test("estimateAccuracy() counts images between classes by their share of all images", () => {
  const every = Array.from({ length: 12 }, (_, i) => 8 * i + (i < 6 ? 0 : 4));
  const clear = { rows: every, classes: every.map((row) => Number(row >= 50)) };
  assertEquals(estimateAccuracy(rings(), clear, { classes: 2 })!.accuracy, 1);
  // Images between the rings are predicted no better than by chance, whatever they are labelled.
  const guesses = [[0, 0, 1, 1], [1, 1, 0, 0]].map((classes) =>
    estimateAccuracy(rings(), {
      rows: [...clear.rows, 100, 101, 102, 103],
      classes: [...clear.classes, ...classes],
    }, { classes: 2 })!
  );
  for (const { accuracy, interval, heldOut } of guesses) {
    const wrong = heldOut.filter(({ label, predicted }) => label !== predicted);
    const plain = 1 - wrong.length / heldOut.length;
    assert(wrong.length > 0, `${plain}`);
    assert(accuracy > plain && accuracy < 1, `${accuracy}, plain ${plain}`);
    assert(interval[0] < accuracy && accuracy < interval[1]);
  }
});

Deno.test("estimateAccuracy() estimates nothing while no class has two labels", async () => {
  const { graph } = await toySpace();
  const given = { rows: [0, 61], classes: [0, 1] };
  assertEquals(estimateAccuracy(graph, given, { classes: 3 }), undefined);
});
