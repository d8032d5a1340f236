import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import {
  type Candidate,
  classifyLatents,
  DEFAULT_CANDIDATES,
  fitLatentClassifier,
  selectLatentClassifier,
} from "../../../lib/latent/mod.ts";
import { agreement, wedgeLatents } from "./latents.ts";

/** One that finds the wedges, one that is bound to fail on them, one that cannot be fitted. */
const GOOD: Candidate = { name: "good", members: [{ transform: "disc" }] };
const POOR: Candidate = {
  name: "poor",
  members: [{
    transform: "none",
    componentsPerClass: 1,
    covarianceType: "tied",
    relativeRegCovar: 1e4,
  }],
};
const BROKEN: Candidate = {
  name: "broken",
  members: [{ componentsPerClass: 100, relativeRegCovar: 0 }],
};

Deno.test("selectLatentClassifier() chooses what finds the labels held out", () => {
  const { latents, labels, labelled } = wedgeLatents();
  const { chosen, tried, classifier } = selectLatentClassifier(latents, labelled, {
    candidates: [POOR, GOOD],
  });
  assertEquals(tried.map(({ name }) => name), ["poor", "good"]);
  assertEquals(chosen, tried[1]);
  assert(tried[1].accuracy > tried[0].accuracy + 0.3);
  assert(tried[1].logLoss < tried[0].logLoss);
  assertEquals(classifier, fitLatentClassifier(latents, labelled, { members: GOOD.members }));
  assert(agreement(classifyLatents(classifier, latents).labels, labels) > 0.97);
});

Deno.test("selectLatentClassifier() keeps the preferred of candidates that are as good", () => {
  const { latents, labelled } = wedgeLatents();
  const other = { name: "other", members: [{ transform: "erf" as const }] };
  for (const candidates of [[GOOD, other], [other, GOOD]]) {
    const { chosen, tried } = selectLatentClassifier(latents, labelled, { candidates });
    assert(tried.every(({ accuracy }) => accuracy > 0.9));
    assertEquals(chosen.name, candidates[0].name);
  }
});

Deno.test("selectLatentClassifier() does well on wedges with its own candidates", () => {
  for (const seed of [0, 1, 2]) {
    const { latents, labels, labelled } = wedgeLatents({ count: 600, seed });
    const { classifier, tried } = selectLatentClassifier(latents, labelled, { seed });
    assertEquals(tried.length, DEFAULT_CANDIDATES.length);
    assert(agreement(classifyLatents(classifier, latents).labels, labels) > 0.95);
  }
});

Deno.test("selectLatentClassifier() reports a candidate that cannot be fitted", () => {
  const { latents, labelled } = wedgeLatents({ count: 60 });
  const { chosen, tried } = selectLatentClassifier(latents, labelled, {
    candidates: [BROKEN, GOOD],
  });
  assertEquals(chosen.name, "good");
  assert(tried[0].failure?.startsWith("Cannot "));
  assertEquals(tried[0].accuracy, NaN);
  assertThrows(
    () => selectLatentClassifier(latents, labelled, { candidates: [BROKEN] }),
    InputError,
    tried[0].failure,
  );
});

Deno.test("selectLatentClassifier() takes the first where nothing can be held out", () => {
  const { latents, labelled } = wedgeLatents({ count: 200, labelsPerClass: 1, seed: 1 });
  const { chosen } = selectLatentClassifier(latents, labelled, { candidates: [POOR, GOOD] });
  assertEquals([chosen.name, chosen.accuracy], ["poor", NaN]);
});

Deno.test("selectLatentClassifier() makes the same choice for the same seed", () => {
  const { latents, labelled } = wedgeLatents({ count: 300 });
  const options = { candidates: [GOOD, POOR], maxRows: 100, seed: 7 };
  const select = () => selectLatentClassifier(latents, labelled, options);
  assertEquals(select(), select());
});

Deno.test("selectLatentClassifier() throws if there are fewer than two folds", () => {
  const { latents, labelled } = wedgeLatents({ count: 60 });
  assertThrows(
    () => selectLatentClassifier(latents, labelled, { folds: 1 }),
    RangeError,
    "folds is 1, it must be an integer of 2 or more",
  );
});
