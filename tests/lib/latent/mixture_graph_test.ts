import { assert, assertEquals } from "@std/assert";
import { COVARIANCE_TYPES } from "../../../lib/mixture/covariance.ts";
import {
  buildLatentClassifier,
  classifyLatents,
  fitLatentClassifier,
  type LatentClassifier,
  type MemberOptions,
  TRANSFORM_NAMES,
} from "../../../lib/latent/mod.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { TIE } from "../../../lib/latent/latent_classifier.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { CLASSES, wedgeLatents } from "./latents.ts";
import { largestDifference } from "../mixture/points.ts";

const { latents, labelled } = wedgeLatents({ count: 400 });

/** Runs a classifier's graph on float32 latents, and compares it with the same in float64. */
async function compare(classifier: LatentClassifier, points: NdArray<"float32">) {
  const session = await createSession(buildLatentClassifier(classifier), { threads: 1 });
  const actual = await session.run({ z_mean: points });
  await session.release();
  const expected = classifyLatents(classifier, points);
  const { data } = expected.probabilities;
  const width = classifier.classes.length;
  const found = Array.from(actual.label.data, Number);
  expected.labels.forEach((label, row) => {
    // Where a mean posterior is just at the limit of a tie, or two single ones are, rounding decides.
    const [first, second = 0] = data.slice(row * width, (row + 1) * width).sort().reverse();
    const limit = classifier.members.length === 1 ? 0 : TIE;
    if (Math.abs(first - second - limit) > TIE / 10) assertEquals(found[row], label);
  });
  const likelihoods = actual.log_likelihood.data as Float32Array;
  return {
    actual,
    probabilities: largestDifference(actual.probabilities.data as Float32Array, data),
    logLikelihood: likelihoods.reduce((most, value, row) => {
      const wanted = expected.logLikelihood[row];
      return Math.max(most, Math.abs(value - wanted) / Math.max(1, Math.abs(wanted)));
    }, 0),
  };
}

const singles = TRANSFORM_NAMES.flatMap((transform) =>
  COVARIANCE_TYPES.map((covarianceType): [string, MemberOptions[]] => [
    `${transform} and ${covarianceType}`,
    [{ transform, covarianceType }],
  ])
);
const cases: [string, MemberOptions[]][] = [
  ...singles,
  ["several components a class", [{ componentsPerClass: 3 }]],
  ["an ensemble", TRANSFORM_NAMES.map((transform) => ({ transform }))],
];

for (const [name, members] of cases) {
  Deno.test(`buildLatentClassifier() agrees with float64 for ${name}`, async () => {
    const classifier = fitLatentClassifier(latents, labelled, { members });
    const far = latents.data.subarray(0, 400).map((value) => 10 * value);
    const values = Float32Array.of(...latents.data, 0, 0, 1e-4, -1e-4, ...far);
    const points = ndarray("float32", [values.length / 2, 2], values);
    const { actual, probabilities, logLikelihood } = await compare(classifier, points);
    assertEquals([actual.label.dtype, actual.label.shape], ["int64", [602]]);
    assertEquals(actual.probabilities.shape, [602, CLASSES.length]);
    assertEquals([actual.log_likelihood.dtype, actual.log_likelihood.shape], ["float32", [602]]);
    assert(probabilities < 1e-4, `probabilities differ by ${probabilities}`);
    assert(logLikelihood < 1e-4, `log-likelihoods differ by ${logLikelihood}`);
  });
}

Deno.test("buildLatentClassifier() keeps its digits where the mean is far from zero", async () => {
  const shifted = (points: NdArray) =>
    ndarray(
      "float64",
      points.shape,
      Float64Array.from(points.data as Float64Array, (value) => Math.fround(value / 16 + 100)),
    );
  const points = shifted(latents);
  const known = { ...labelled, latents: shifted(labelled.latents) };
  const classifier = fitLatentClassifier(points, known, { members: [{ transform: "none" }] });
  const single = ndarray("float32", points.shape, Float32Array.from(points.data));
  const { probabilities, logLikelihood } = await compare(classifier, single);
  // The difference from a mean of 100 in float32 is exact to 4e-6, of a standard deviation of 0.06.
  assert(probabilities < 1e-3 && logLikelihood < 1e-3, `${probabilities}, ${logLikelihood}`);
});

Deno.test("buildLatentClassifier() takes any batch size and gives the user's own labels", async () => {
  const renamed = { ...labelled, labels: labelled.labels.map((label) => label * -1000) };
  const classifier = fitLatentClassifier(latents, renamed);
  const session = await createSession(buildLatentClassifier(classifier), { threads: 1 });
  for (const count of [1, 3, 257]) {
    const points = ndarray(
      "float32",
      [count, 2],
      Float32Array.from(latents.data.slice(0, 2 * count)),
    );
    const { label } = await session.run({ z_mean: points }, ["label"]);
    assertEquals(Int32Array.from(label.data, Number), classifyLatents(classifier, points).labels);
  }
  await session.release();
});
