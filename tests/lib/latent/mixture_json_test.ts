import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { COVARIANCE_TYPES } from "../../../lib/mixture/covariance.ts";
import { fitLatentClassifier, formatMixture, parseMixture } from "../../../lib/latent/mod.ts";
import { wedgeLatents } from "./latents.ts";

const { latents, labelled } = wedgeLatents({ count: 200 });
const classifier = fitLatentClassifier(latents, labelled, {
  members: COVARIANCE_TYPES.map((covarianceType) => ({ covarianceType, componentsPerClass: 1 })),
});
const text = formatMixture(classifier);

Deno.test("parseMixture() reads back every number that formatMixture() wrote", () => {
  assertEquals(parseMixture(text), classifier);
  assertEquals(formatMixture(parseMixture(text)), text);
});

Deno.test("parseMixture() reads back numbers that are hard to write", () => {
  const hard = [-0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, -1 / 3, 2 ** 53 + 2];
  const [member] = classifier.members;
  const data = Float64Array.from(hard);
  const changed = {
    ...classifier,
    members: [{
      ...member,
      weight: 1,
      mixture: { ...member.mixture, means: { ...member.mixture.means, data } },
    }],
  };
  const read = parseMixture(formatMixture(changed)).members[0].mixture.means.data;
  hard.forEach((value, i) => assert(Object.is(read[i], value), `${read[i]} is not ${value}`));
});

Deno.test("formatMixture() writes arrays as nested lists under plain names", () => {
  const json = JSON.parse(text);
  assertEquals([json.format, json.version, json.classes], ["glimpse-mixture", 1, [1, 4, 8]]);
  const [full, tied, diag, spherical] = json.members;
  assertEquals(full.covariances[2][1].length, 2);
  assertEquals(tied.covariances[1].length, 2);
  assertEquals(diag.covariances[2].length, 2);
  assertEquals(typeof spherical.covariances[2], "number");
  assertEquals(full.means[2], [...classifier.members[0].mixture.means.data.subarray(4)]);
});

/** The text of the file after a change to its JSON. */
// deno-lint-ignore no-explicit-any
function changed(change: (json: any) => void): string {
  const json = JSON.parse(text);
  change(json);
  return JSON.stringify(json);
}

const FAULTS: [string, string, string][] = [
  ["text", "no mixture", "it is no JSON"],
  ["an empty file", "", "it is no JSON"],
  ["another value", "[]", "at the whole"],
  ["another format", changed((json) => json.format = "x"), "at format"],
  ["a newer version", changed((json) => json.version = 2), "at version"],
  ["an unknown key", changed((json) => json.members[0].more = 1), "more"],
  [
    "weights that do not sum to 1",
    changed((json) => json.members[0].weights[0] *= 1.01),
    "numbers that sum to 1 are needed",
  ],
  [
    "covariances of other factors",
    changed((json) => json.members[0].covariances[0][0][0] *= 1.01),
    "at members.0.covariances",
  ],
  [
    "covariances that are not positive definite",
    changed((json) => json.members[3].covariances[0] *= -1),
    "at members.3.covariances: positive definite ones",
  ],
  ["no members", changed((json) => json.members = []), "at members"],
  ["weights that do not sum to 1", changed((json) => json.members.pop()), "they sum to 0.75"],
  ["labels out of order", changed((json) => json.classes = [4, 1, 8]), "at classes"],
  ["a label that is no integer", changed((json) => json.classes[1] = 4.5), "at classes.1"],
  [
    "a missing array",
    changed((json) => delete json.members[1].means),
    "at members.1.means",
  ],
  [
    "a ragged array",
    changed((json) => json.members[0].means[1].pop()),
    "at members.0.means: shape [3,2] is needed",
  ],
  [
    "a covariance of another type",
    changed((json) => json.members[0].covariances = json.members[1].covariances),
    "at members.0.covariances: shape [3,2,2] is needed",
  ],
  [
    "a number that is none",
    changed((json) => json.members[0].means[1][0] = null),
    "at members.0.means.1.0",
  ],
  [
    "a class that is not there",
    changed((json) => json.members[2].componentClass[1] = 3),
    "at members.2.componentClass.1: an index below 3 is needed",
  ],
  [
    "an unknown transform",
    changed((json) => json.members[0].transform.name = "sin"),
    "at members.0.transform.name",
  ],
  [
    "a transform of another size",
    changed((json) => json.members[0].transform.std.pop()),
    "at members.0.transform.std: 2 numbers are needed",
  ],
  [
    "a factor that is not positive",
    changed((json) => json.members[3].precisionsCholesky[0] = -1),
    "at members.3.precisionsCholesky: a positive diagonal is needed",
  ],
];

for (const [what, content, message] of FAULTS) {
  Deno.test(`parseMixture() throws for ${what}`, () => {
    const error = assertThrows(() => parseMixture(content, "runs/gmm.json"), InputError, message);
    assert(error.message.startsWith("Cannot read mixture runs/gmm.json: "));
    assertEquals(error.message.includes("\n"), false);
  });
}
