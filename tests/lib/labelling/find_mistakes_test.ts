import { assert, assertEquals } from "@std/assert";
import { findMistakes } from "../../../lib/labelling/find_mistakes.ts";
import { propagateDecisions } from "../../../lib/labelling/propagate_decisions.ts";
import { toySpace } from "./toy_space.ts";

Deno.test("findMistakes() shows what is least certain, far from all, and of each class, once", async () => {
  const { space, graph } = await toySpace();
  const propagated = propagateDecisions(graph, [
    { row: 0, label: "a" },
    { row: 30, label: "b" },
    { row: 61, label: "b" },
  ]);
  const found = findMistakes(space, propagated, { count: 5 });
  assert(found.leastCertain[0] < 60, "between the two labels of the first cluster");
  assertEquals(found.outliers[0], 120);
  assertEquals(found.perClass.length, 2);
  found.perClass.forEach((rows, c) => {
    assert(rows.length > 0 && rows.length <= 5);
    assert(rows.every((row) => propagated.predicted[row] === c));
  });
  const { neighbours: { data, shape: [, k] } } = space;
  const [first, ...others] = found.leastCertain;
  const near = data.subarray(first * k, (first + 1) * k);
  assert(!others.some((row) => near.includes(row)));
});

Deno.test("findMistakes() shows outliers before anything is named", async () => {
  const { space, graph } = await toySpace();
  const found = findMistakes(space, propagateDecisions(graph, []), { count: 3 });
  assertEquals(found.leastCertain, []);
  assertEquals(found.perClass, []);
  assertEquals(found.outliers[0], 120);
});
