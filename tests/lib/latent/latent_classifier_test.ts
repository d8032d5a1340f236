import { assert, assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import {
  buildLatentClassifier,
  classifyLatents,
  fitLatentClassifier,
  type LatentClassifier,
} from "../../../lib/latent/mod.ts";
import { combineMembers } from "../../../lib/latent/latent_classifier.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { wedgeLatents } from "./latents.ts";

const CLASSES = { classes: [4, 8], weights: [0.5, 0.5] };

/** One member's prediction for one row, from the log of the odds of the first class. */
function predictionOf(logOdds: number) {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  return {
    logPosteriors: Float64Array.of(-softplus(-logOdds), -softplus(logOdds)),
    logLikelihood: Float64Array.of(0),
  };
}

Deno.test("combineMembers() lets the surer of two members decide where posteriors saturate", () => {
  for (const [first, second, label] of [[50, -60, 8], [-50, 60, 4], [800, -790, 4]]) {
    const members = [predictionOf(first), predictionOf(second)];
    const { labels, probabilities } = combineMembers(members, CLASSES);
    assertEquals([labels[0], ...probabilities.data], [label, 0.5, 0.5]);
  }
});

Deno.test("combineMembers() takes the greatest mean posterior where nothing ties", () => {
  // Means of .63 and .37, though the second member is much surer of the other class.
  const logit = (p: number) => Math.log(p / (1 - p));
  const members = [predictionOf(logit(0.96)), predictionOf(logit(0.3))];
  const { labels, probabilities } = combineMembers(members, CLASSES);
  assert(Math.abs(probabilities.data[0] - 0.63) < 1e-12);
  assertEquals(labels[0], 4);
});

/** Two round members in a plane that contradict each other everywhere: one sees x, one sees y. */
function contradiction(): LatentClassifier {
  const transform = { name: "none", mean: [0, 0], std: [1, 1], scale: 1 } as const;
  const member = (means: number[]) => ({
    weight: 0.5,
    transform,
    componentClass: [0, 1],
    mixture: {
      covarianceType: "spherical" as const,
      weights: ndarray("float64", [2], Float64Array.of(0.5, 0.5)),
      means: ndarray("float64", [2, 2], Float64Array.from(means)),
      covariances: ndarray("float64", [2], Float64Array.of(1, 1)),
      precisionsCholesky: ndarray("float64", [2], Float64Array.of(1, 1)),
    },
  });
  return { classes: [4, 8], members: [member([-4, 0, 4, 0]), member([0, 4, 0, -4])] };
}

Deno.test("labels are the same in float64 and in ONNX where members contradict each other", async () => {
  const classifier = contradiction();
  const side = 40;
  const points = Float32Array.from({ length: 2 * side * side }, (_, i) => {
    const index = i % 2 === 0 ? Math.floor(i / 2 / side) : Math.floor(i / 2) % side;
    return 5 + index + (i % 2) / 3;
  });
  const latents = ndarray("float32", [side * side, 2], points);
  const session = await createSession(buildLatentClassifier(classifier), { threads: 1 });
  const { label } = await session.run({ z_mean: latents }, ["label"]);
  await session.release();
  const { labels } = classifyLatents(classifier, latents);
  assertEquals(Int32Array.from(label.data, Number), labels);
  // The log odds are -8x and 8y: class 4 is where y is greater, whatever 32 bits hold of them.
  labels.forEach((label, row) =>
    assertEquals(label, points[2 * row + 1] > points[2 * row] ? 4 : 8)
  );
});

Deno.test("classifyLatents() gives posteriors that sum to 1, of the label the greatest", () => {
  const { latents, labelled } = wedgeLatents({ count: 300 });
  const members = [{}, { transform: "none" as const, componentsPerClass: 1 }];
  const classifier = fitLatentClassifier(latents, labelled, { members });
  const { labels, probabilities: { data } } = classifyLatents(classifier, latents);
  labels.forEach((label, row) => {
    const posteriors = [...data.subarray(row * 3, row * 3 + 3)];
    assert(Math.abs(posteriors.reduce((sum, value) => sum + value) - 1) < 1e-12);
    const own = posteriors[classifier.classes.indexOf(label)];
    assert(own > Math.max(...posteriors) - 1e-5);
  });
  const wrong = ndarray("float64", [1, 3], new Float64Array(3));
  assertThrows(() => classifyLatents(classifier, wrong), InputError, "3 axes, 2 are needed");
});
