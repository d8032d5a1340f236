import { assert, assertEquals } from "@std/assert";
import { baselineWarnings, scoreBaselines } from "../../../train/systems/baseline_scores.ts";
import { part, sides } from "./tiny_system.ts";

const context = { session: { threads: 1 }, seed: 0 };
const all = sides(80);
const train = all.images;

Deno.test("scoreBaselines() scores three classifiers of raw pixels on the test images", async () => {
  const scores = await scoreBaselines(
    { train, labelled: part(all, 0, 4), test: sides(20) },
    context,
  );
  assertEquals(scores, [
    { name: "nearest neighbour", accuracy: 1, meanF1: 1 },
    { name: "logistic regression", accuracy: 1, meanF1: 1 },
    { name: "label spreading", accuracy: 1, meanF1: 1 },
  ]);
});

Deno.test("scoreBaselines() without test images predicts each labelled image from the others", async () => {
  const right = { train, labelled: part(all, 0, 10), test: undefined };
  assert((await scoreBaselines(right, context)).every(({ accuracy }) => accuracy === 1));
  // If an image's own label were used, the labels of this one would be found.
  const labels = right.labelled.labels.map((label, i) => i === 0 ? 5 - label : label);
  const wrong = { ...right, labelled: { ...right.labelled, labels } };
  const [nearest] = await scoreBaselines(wrong, context);
  assert(nearest.accuracy < 1);
});

Deno.test("scoreBaselines() has no score where no labelled image can be held out", async () => {
  const alone = { train, labelled: part(all, 0, 2), test: undefined };
  assertEquals(await scoreBaselines(alone, context), []);
});

Deno.test("baselineWarnings() tells of the best baseline where it is above the run's score", () => {
  const scores = [0.5, 0.9, 0.7].map((meanF1, i) => ({
    name: `baseline ${i}`,
    accuracy: 0,
    meanF1,
  }));
  const options = { count: 30, remedy: "more labels" };
  assertEquals(baselineWarnings(scores, { meanF1: 0.8, ...options }), [
    "baseline 1 on raw pixels scores 0.900 with the same labels, this run 0.800 (on 30 images): try more labels",
  ]);
  assertEquals(baselineWarnings(scores, { meanF1: 0.9, ...options }), []);
  assertEquals(baselineWarnings([], { meanF1: 0.1, ...options }), []);
});
