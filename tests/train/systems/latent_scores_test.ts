import { assertEquals, assertMatch } from "@std/assert";
import { crossValidated } from "../../../train/systems/latent_scores.ts";

const labels = Int32Array.of(1, 4, 8, 4);
const by = "another";

Deno.test("crossValidated() scores the labelled images that were held out, and says how", () => {
  const heldOut = { rows: [3, 1], labels: [4, 1], confidence: [0.9, 0.6] };
  const { scored, classification } = crossValidated(labels, heldOut, { by });
  assertEquals([scored?.count, classification?.accuracy], [2, 0.5]);
  assertMatch(scored!.split, /cross-validation/);
  assertEquals(scored!.crossValidated, "each is predicted by another");
});

Deno.test("crossValidated() has no score where none was held out", () => {
  assertEquals(crossValidated(labels, { rows: [], labels: [], confidence: [] }, { by }), {});
});
