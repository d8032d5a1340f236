import { assert, assertEquals } from "@std/assert";
import { estimateAccuracy } from "../../../lib/labelling/estimate_accuracy.ts";
import { toySpace } from "./toy_space.ts";

const rows = [0, 10, 20, 30, 61, 70, 80, 102, 110];

Deno.test("estimateAccuracy() finds labels that the others predict, and a wrong one", async () => {
  const { graph, space: { clusters }, classes } = await toySpace();
  const options = { classes: 3, clusters };
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

Deno.test("estimateAccuracy() counts an image as the share of its cluster", async () => {
  const { graph, classes } = await toySpace();
  // Half of the images of the wrong label's cluster have another label for themselves.
  const clusters = Int32Array.from({ length: 121 }, (_, row) => row < 100 ? 0 : 1);
  const labels = rows.map((row) => classes[row]).with(8, 0);
  const { accuracy } = estimateAccuracy(graph, { rows, classes: labels }, {
    classes: 3,
    clusters,
  })!;
  // The cluster of 21 holds one wrong label and one of a class of its own, which is not held out.
  assertEquals(accuracy, 100 / 121);
});

Deno.test("estimateAccuracy() estimates nothing while no class has two labels", async () => {
  const { graph, space: { clusters } } = await toySpace();
  const given = { rows: [0, 61], classes: [0, 1] };
  assertEquals(estimateAccuracy(graph, given, { classes: 3, clusters }), undefined);
});
