import { assert, assertEquals } from "@std/assert";
import { refit } from "../../../lib/labelling/refit.ts";
import { offerImages } from "../../../lib/labelling/offer_images.ts";
import { toySpace } from "./toy_space.ts";

Deno.test("offerImages() offers middles of clusters, then images between classes, then outliers", async () => {
  const { space } = await toySpace();
  const none = offerImages(space, { done: new Set() }, { count: 1000 });
  const kinds = none.map(({ reason }) => reason.kind);
  assertEquals(kinds.slice(0, space.middles.length), Array.from(space.middles, () => "middle"));
  assertEquals(new Set(kinds.slice(space.middles.length)), new Set(["outlier"]));
});

Deno.test("offerImages() offers images between two classes where no cluster waits", async () => {
  const { space, graph } = await toySpace();
  // The first cluster has labels of two classes.
  const labelled = { rows: [0, 30, 61, 105], classes: [0, 1, 1, 2] };
  const posteriors = refit(graph, labelled, { classes: 3 });
  const known = { done: new Set(labelled.rows), posteriors };
  const middles = Int32Array.of();
  const [first] = offerImages({ ...space, middles }, known, { count: 1 });
  assert(first.reason.kind === "between");
  assertEquals(new Set(first.reason.classes), new Set([0, 1]));
  assert(first.row < 60);
});

Deno.test("offerImages() never offers an image with its neighbour, or one that is done", async () => {
  const { space } = await toySpace();
  const done = new Set([3, 70]);
  const [, k] = space.neighbours.shape;
  const rows = offerImages(space, { done }, { count: 1000 }).map(({ row }) => row);
  assertEquals(new Set(rows).size, rows.length);
  rows.forEach((row, i) => {
    assert(!done.has(row));
    const neighbours = space.neighbours.data.subarray(row * k, (row + 1) * k);
    const before = rows.slice(0, i).filter((other) => !space.middles.includes(other));
    if (!space.middles.includes(row)) {
      assert(!before.some((other) => neighbourOf(space, other).includes(row)), `${row}`);
    }
    assertEquals(neighbours.includes(row), false);
  });
});

function neighbourOf({ neighbours: { data, shape: [, k] } }: Space, row: number): Int32Array {
  return data.subarray(row * k, (row + 1) * k);
}
type Space = Awaited<ReturnType<typeof toySpace>>["space"];

Deno.test("offerImages() leaves out clusters that have a label, and gives no more than are asked for", async () => {
  const { space } = await toySpace();
  const [first, second] = space.middles;
  const offers = offerImages(space, { done: new Set([first]) }, { count: 1 });
  assertEquals(offers.length, 1);
  assertEquals(offers[0].row, second);
});
