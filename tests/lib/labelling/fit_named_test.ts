import { assert, assertEquals } from "@std/assert";
import { fitNamed } from "../../../lib/labelling/fit_named.ts";
import { propagateDecisions } from "../../../lib/labelling/propagate_decisions.ts";
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { toySpace } from "./toy_space.ts";

Deno.test("fitNamed() classifies by the classes that were named, without images of no interest", async () => {
  const { points, graph } = await toySpace();
  const { predicted } = propagateDecisions(graph, [
    { row: 0, label: "a" },
    { row: 61, label: "b" },
    { row: 110 },
    { row: 120 },
  ]);
  const classifier = fitNamed(points, { predicted, classes: [0, 1] });
  assertEquals(classifier.members[0].mixture.means.shape, [2, 2]);
  const { labels } = classifyLatents(classifier, points);
  const wrong = labels.subarray(0, 100).filter((label, row) => label !== (row < 60 ? 0 : 1));
  assert(wrong.length < 3, `${wrong.length}`);
});
