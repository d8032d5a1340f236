import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import {
  type Candidate,
  classifyLatents,
  DEFAULT_CANDIDATES,
  fitLatentClassifier,
  selectLatentClassifier,
} from "../../../lib/latent/mod.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { clusteredPoints } from "../mixture/points.ts";
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

Deno.test("selectLatentClassifier() chooses what finds the labels held out", async () => {
  const { latents, labels, labelled } = wedgeLatents();
  const { chosen, tried, classifier } = await selectLatentClassifier(latents, labelled, {
    candidates: [POOR, GOOD],
  });
  assertEquals(tried.map(({ name }) => name), ["poor", "good"]);
  assertEquals(chosen, tried[1]);
  assert(tried[1].accuracy > tried[0].accuracy + 0.3);
  assert(tried[1].logLoss < tried[0].logLoss);
  assertEquals(classifier, fitLatentClassifier(latents, labelled, { members: GOOD.members }));
  assert(agreement(classifyLatents(classifier, latents).labels, labels) > 0.97);
});

Deno.test("selectLatentClassifier() keeps the preferred of candidates that are as good", async () => {
  const { latents, labelled } = wedgeLatents();
  const other = { name: "other", members: [{ transform: "erf" as const }] };
  for (const candidates of [[GOOD, other], [other, GOOD]]) {
    const { chosen, tried } = await selectLatentClassifier(latents, labelled, { candidates });
    assert(chosen.accuracy > 0.9);
    // The second could not be significantly better, whatever its accuracy.
    assertEquals([tried.length, chosen.name], [1, candidates[0].name]);
  }
});

Deno.test("selectLatentClassifier() does well on wedges with its own candidates", async () => {
  for (const seed of [0, 1, 2]) {
    const { latents, labels, labelled } = wedgeLatents({ count: 600, seed });
    const { classifier, tried } = await selectLatentClassifier(latents, labelled, { seed });
    assert(tried.length <= DEFAULT_CANDIDATES.length);
    assert(agreement(classifyLatents(classifier, latents).labels, labels) > 0.95);
  }
});

Deno.test("selectLatentClassifier() reports a candidate that cannot be fitted", async () => {
  const { latents, labelled } = wedgeLatents({ count: 60 });
  const { chosen, tried } = await selectLatentClassifier(latents, labelled, {
    candidates: [BROKEN, GOOD],
  });
  assertEquals(chosen.name, "good");
  assert(tried[0].failure?.startsWith("Cannot "));
  assertEquals(tried[0].accuracy, NaN);
  await assertRejects(
    () => selectLatentClassifier(latents, labelled, { candidates: [BROKEN] }),
    InputError,
    tried[0].failure,
  );
});

Deno.test("selectLatentClassifier() takes the first where nothing can be held out", async () => {
  const { latents, labelled } = wedgeLatents({ count: 200, labelsPerClass: 1, seed: 1 });
  const { chosen, warnings } = await selectLatentClassifier(latents, labelled, {
    candidates: [POOR, GOOD],
  });
  assertEquals([chosen.name, chosen.accuracy], ["poor", NaN]);
  assertMatch(warnings.join(), /with one labelled image per class none can be held out/);
});

Deno.test("selectLatentClassifier() makes the same choice for the same seed", async () => {
  const { latents, labelled } = wedgeLatents({ count: 300 });
  const options = { candidates: [GOOD, POOR], maxRows: 100, seed: 7 };
  const select = () => selectLatentClassifier(latents, labelled, options);
  assertEquals(await select(), await select());
});

Deno.test("selectLatentClassifier() throws if there are fewer than two folds", async () => {
  const { latents, labelled } = wedgeLatents({ count: 60 });
  await assertRejects(
    () => selectLatentClassifier(latents, labelled, { folds: 1 }),
    InputError,
    "folds is 1, it must be an integer of 2 or more",
  );
});

Deno.test("selectLatentClassifier() takes turns with timers, tells its progress and can be aborted", async () => {
  const { latents, labelled } = wedgeLatents({ count: 4000 });
  const progress: number[][] = [];
  await selectLatentClassifier(latents, labelled, {
    candidates: [POOR, GOOD],
    onProgress: (done, total) => progress.push([done, total]),
  });
  assertEquals(progress, [[0, 3], [1, 3], [2, 3], [3, 3]]);

  const controller = new AbortController();
  const reason = new Error("stopped");
  const timer = setTimeout(() => controller.abort(reason), 1);
  const error = await assertRejects(() =>
    selectLatentClassifier(latents, labelled, { signal: controller.signal })
  );
  clearTimeout(timer);
  assert(error === reason);
});

Deno.test("selectLatentClassifier() compares diagonals where matrices have too many numbers", async () => {
  const { points, labels } = clusteredPoints({ count: 300, features: 32, clusters: 3, spread: 1 });
  const labelled = {
    latents: ndarray("float64", [15, 32], points.data.slice(0, 15 * 32)),
    labels: labels.slice(0, 15),
  };
  const { classifier, tried } = await selectLatentClassifier(points, labelled);
  assert(tried.every(({ members }) => members.every((m) => m.covarianceType === "diag")));
  assert(agreement(classifyLatents(classifier, points).labels, labels) > 0.99);
});
