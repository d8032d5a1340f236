import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { quantile, refusalLimits, refusalOf } from "../../../lib/latent/outlier.ts";
import { Random } from "../../../lib/array/random.ts";

Deno.test("quantile() interpolates between neighbours, as numpy does", () => {
  const values = [4, 1, 3, 2];
  assertEquals([quantile(values, 0), quantile(values, 1)], [1, 4]);
  assertAlmostEquals(quantile(values, 0.25), 1.75, 1e-12);
  assertAlmostEquals(quantile(values, 0.9), 3.7, 1e-12);
  assertEquals(quantile([7], 0.3), 7);
  assertEquals(values, [4, 1, 3, 2]);
  assertMatch(assertThrows(() => quantile([], 0.5), InputError).message, /there are no values/);
});

Deno.test("each limit refuses the stated share of the training images", () => {
  const random = new Random(0, "refusal");
  const training = {
    logLikelihood: random.normals(5000),
    reconstructionError: random.normals(5000).map(Math.abs),
  };
  const limits = refusalLimits(training, { rate: 0.02 });
  const reasons = Array.from({ length: 5000 }, (_, i) =>
    refusalOf({
      logLikelihood: training.logLikelihood[i],
      reconstructionError: training.reconstructionError[i],
    }, limits));
  const unlikely = reasons.filter((reason) => reason === "unlikely").length;
  assertEquals(unlikely, 100);
  const errors = training.reconstructionError.filter((e) => e > limits.reconstructionError!);
  assertEquals(errors.length, 100);
});

Deno.test("refusalOf() says why, and judges by likelihood alone if no errors are known", () => {
  const limits = { rate: 0.01, logLikelihood: -5, reconstructionError: 0.1 };
  assertEquals(refusalOf({ logLikelihood: -4, reconstructionError: 0.05 }, limits), undefined);
  assertEquals(refusalOf({ logLikelihood: -6, reconstructionError: 0.05 }, limits), "unlikely");
  assertEquals(
    refusalOf({ logLikelihood: -4, reconstructionError: 0.2 }, limits),
    "unlike its reconstruction",
  );
  assertEquals(refusalOf({ logLikelihood: -4 }, limits), undefined);
  const likelihoodOnly = refusalLimits({ logLikelihood: [-1, -2] });
  assertEquals("reconstructionError" in likelihoodOnly, false);
  assertEquals(refusalOf({ logLikelihood: -1, reconstructionError: 9 }, likelihoodOnly), undefined);
});
