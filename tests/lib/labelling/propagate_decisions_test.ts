import { assertEquals } from "@std/assert";
import { propagateDecisions } from "../../../lib/labelling/propagate_decisions.ts";
import { toySpace } from "./toy_space.ts";

Deno.test("propagateDecisions() names each cluster, and images of no interest apart", async () => {
  const { graph } = await toySpace();
  const { classNames, posteriors, predicted } = propagateDecisions(graph, [
    { row: 61, label: "class 10" },
    { row: 0, label: "class 9" },
    { row: 110 },
  ]);
  assertEquals(classNames, ["class 9", "class 10"]);
  assertEquals(posteriors.shape, [121, 3]);
  const wanted = Array.from({ length: 120 }, (_, row) => row < 60 ? 0 : row < 100 ? 1 : 2);
  assertEquals([...predicted.subarray(0, 120)], wanted);
});

Deno.test("propagateDecisions() leaves what a person decided, and what no decision reaches", async () => {
  const { graph } = await toySpace();
  // The neighbours of row 3 say something else.
  const rows = [0, 1, 2, 4, 5, 6, 7, 8].map((row) => ({ row, label: "a" }));
  const { predicted, posteriors } = propagateDecisions(graph, [...rows, { row: 3, label: "b" }]);
  assertEquals(predicted[3], 1);
  assertEquals([...posteriors.data.subarray(6, 8)], [0, 1]);
  const none = propagateDecisions(graph, []);
  assertEquals(none.classNames, []);
  assertEquals(new Set(none.predicted), new Set([-1]));
});
