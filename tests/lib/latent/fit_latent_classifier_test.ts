import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { COVARIANCE_TYPES } from "../../../lib/mixture/covariance.ts";
import {
  classifyLatents,
  fitLatentClassifier,
  type MemberOptions,
  TRANSFORM_NAMES,
} from "../../../lib/latent/mod.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { agreement, CLASSES, wedgeLatents } from "./latents.ts";
import { largestDifference, pickRows } from "../mixture/points.ts";

for (const transform of TRANSFORM_NAMES) {
  for (const covarianceType of COVARIANCE_TYPES) {
    Deno.test(`fitLatentClassifier() tells wedges apart by ${transform} and ${covarianceType}`, () => {
      const { latents, labels, labelled } = wedgeLatents();
      const members = [{ transform, covarianceType }];
      const classifier = fitLatentClassifier(latents, labelled, { members });
      assertEquals(classifier.classes, CLASSES);
      const found = classifyLatents(classifier, latents).labels;
      assert(agreement(found, labels) > 0.93, `${agreement(found, labels)} agree`);
    });
  }
}

Deno.test("fitLatentClassifier() gives each class several components", () => {
  const { latents, labels, labelled } = wedgeLatents();
  const members = [{ componentsPerClass: 3 }];
  const classifier = fitLatentClassifier(latents, labelled, { members });
  assertEquals(classifier.members[0].componentClass, [0, 0, 0, 1, 1, 1, 2, 2, 2]);
  assert(agreement(classifyLatents(classifier, latents).labels, labels) > 0.97);
});

Deno.test("fitLatentClassifier() keeps labelled rows with their class if they weigh enough", () => {
  const { latents, labelled } = wedgeLatents();
  // One row is labelled against what its neighbours are.
  const labels = labelled.labels.slice();
  labels[0] = 8;
  const fit = (labelWeight: number) =>
    classifyLatents(
      fitLatentClassifier(latents, { ...labelled, labels }, { members: [{ labelWeight }] }),
      labelled.latents,
    ).probabilities.data[2];
  assert(fit(0.01) < 0.5);
  assert(fit(10) > 0.9);
});

Deno.test("fitLatentClassifier() does not depend on the order of rows or on what labels are", () => {
  const { latents, labelled } = wedgeLatents();
  const renamed = labelled.labels.map((label) => 10 - label);
  const order = [...labelled.labels.keys()].reverse();
  const plain = fitLatentClassifier(latents, labelled);
  const other = fitLatentClassifier(latents, {
    latents: pickRows(ndarray("float64", [15, 2], Float64Array.from(labelled.latents.data)), order),
    labels: Int32Array.from(order, (row) => renamed[row]),
  });
  assertEquals(other.classes, [2, 6, 9]);
  const expected = classifyLatents(plain, latents);
  const actual = classifyLatents(other, latents);
  assertEquals(actual.labels, expected.labels.map((label) => 10 - label));
  assert(largestDifference(actual.logLikelihood, expected.logLikelihood) < 1e-6);
});

Deno.test("fitLatentClassifier() keeps the restart that agrees best with the labels", () => {
  // Labels that weigh next to nothing leave EM free to drift away from some starts.
  for (const seed of [0, 5, 15]) {
    const labelsPerClass = seed === 0 ? 5 : 1;
    const { latents, labelled } = wedgeLatents({ count: 300, labelsPerClass, seed });
    const agree = (nInit: number) => {
      const member = {
        transform: "none",
        componentsPerClass: 1,
        labelWeight: 0.001,
        nInit,
      } as const;
      const classifier = fitLatentClassifier(latents, labelled, { members: [member] });
      return agreement(classifyLatents(classifier, labelled.latents).labels, labelled.labels);
    };
    assert(agree(1) < 1);
    assertEquals(agree(8), 1);
  }
});

Deno.test("fitLatentClassifier() is not moved by the scale of the latents", () => {
  const { latents, labelled } = wedgeLatents();
  const scaled = (points: typeof latents) => ({
    ...points,
    data: points.data.map((value) => value * 1e-6),
  });
  const labelledScaled = { ...labelled, latents: scaled(labelled.latents as typeof latents) };
  const expected = classifyLatents(fitLatentClassifier(latents, labelled), latents);
  const small = fitLatentClassifier(scaled(latents), labelledScaled);
  const actual = classifyLatents(small, scaled(latents));
  assertEquals(actual.labels, expected.labels);
  // Densities of two axes grow by 1e12.
  const shift = 2 * Math.log(1e6);
  assertAlmostEquals(actual.logLikelihood[0] - shift, expected.logLikelihood[0], 1e-6);
});

Deno.test("fitLatentClassifier() makes do with one label a class", () => {
  const { latents, labels, labelled } = wedgeLatents({ labelsPerClass: 1, seed: 1 });
  const members = [{ transform: "disc" as const }];
  const classifier = fitLatentClassifier(latents, labelled, { members });
  assert(agreement(classifyLatents(classifier, latents).labels, labels) > 0.9);
});

Deno.test("classifyLatents() averages posteriors, and densities of z, over members", () => {
  const { latents, labelled } = wedgeLatents({ count: 300 });
  const options: MemberOptions[] = [{ transform: "erf" }, { transform: "none" }];
  const both = classifyLatents(
    fitLatentClassifier(latents, labelled, { members: options }),
    latents,
  );
  const [a, b] = options.map((member) =>
    classifyLatents(fitLatentClassifier(latents, labelled, { members: [member] }), latents)
  );
  const mean = a.probabilities.data.map((value, i) => (value + b.probabilities.data[i]) / 2);
  assert(largestDifference(both.probabilities.data, mean) < 1e-12);
  const density = a.logLikelihood.map((value, i) =>
    Math.log((Math.exp(value) + Math.exp(b.logLikelihood[i])) / 2)
  );
  assert(largestDifference(both.logLikelihood, density) < 1e-9);
});

Deno.test("classifyLatents() gives a density that integrates to 1 for every transform", () => {
  const { latents, labelled } = wedgeLatents({ count: 600 });
  const side = 320, reach = 8, step = 2 * reach / side;
  const grid = Float64Array.from({ length: 2 * side * side }, (_, i) => {
    const cell = Math.floor(i / 2);
    return ((i % 2 === 0 ? cell % side : Math.floor(cell / side)) + 0.5) * step - reach;
  });
  for (const transform of TRANSFORM_NAMES) {
    const classifier = fitLatentClassifier(latents, labelled, { members: [{ transform }] });
    const { logLikelihood } = classifyLatents(
      classifier,
      ndarray("float64", [side * side, 2], grid),
    );
    const integral = logLikelihood.reduce((sum, value) => sum + Math.exp(value), 0) * step * step;
    // A squashed mixture has some of its mass outside the square or disc that z maps to.
    assert(integral <= 1.001 && integral > 0.5, `${transform} integrates to ${integral}`);
    if (transform === "none") assertAlmostEquals(integral, 1, 1e-3);
  }
});

Deno.test("fitLatentClassifier() throws if the labelled latents cannot be used", () => {
  const { latents, labelled } = wedgeLatents({ count: 50 });
  const fit = (shape: number[], labels: number[]) =>
    fitLatentClassifier(latents, {
      latents: ndarray("float64", shape, new Float64Array(shape.reduce((a, b) => a * b))),
      labels: Int32Array.from(labels),
    });
  assertThrows(() => fit([2, 2], [1]), InputError, "there are 1 labels for 2 labelled latents");
  assertThrows(() => fit([0, 2], []), InputError, "one label each and at least one are needed");
  assertThrows(() => fit([1, 3], [1]), InputError, "have 3 axes, the others 2");
  const classifier = fitLatentClassifier(latents, labelled);
  assertThrows(
    () => classifyLatents(classifier, ndarray("float64", [1, 3], new Float64Array(3))),
    InputError,
    "they have 3 axes, 2 are needed",
  );
});

Deno.test("fitLatentClassifier() throws if an option is out of range", () => {
  const { latents, labelled } = wedgeLatents({ count: 50 });
  const faults: [MemberOptions, string][] = [
    [{ transform: "sin" as "erf" }, "transform is sin, it must be one of none, erf, tanh, disc"],
    [{ scale: 0 }, "scale is 0"],
    [{ covarianceType: "round" as "full" }, "covarianceType is round"],
    [{ componentsPerClass: 0 }, "componentsPerClass is 0"],
    [{ labelWeight: 0 }, "labelWeight is 0"],
    [{ maxIter: 0 }, "maxIter is 0"],
    [{ tol: -1 }, "tol is -1"],
    [{ relativeRegCovar: NaN }, "relativeRegCovar is NaN"],
    [{ nInit: 0.5 }, "nInit is 0.5"],
  ];
  for (const [member, message] of faults) {
    assertThrows(
      () => fitLatentClassifier(latents, labelled, { members: [member] }),
      InputError,
      message,
    );
  }
});
