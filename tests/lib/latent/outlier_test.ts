import { assertEquals } from "@std/assert";
import { outlierLimits, outlierReason } from "../../../lib/latent/outlier.ts";
import { Random } from "../../../lib/array/random.ts";

Deno.test("outlierLimits() flags the stated share of the training images", () => {
  const random = new Random(0, "outlier");
  const training = {
    logLikelihood: random.normals(5000),
    reconstructionError: random.normals(5000).map(Math.abs),
  };
  const limits = outlierLimits(training, { rate: 0.02 });
  const reasons = Array.from({ length: 5000 }, (_, i) =>
    outlierReason({
      logLikelihood: training.logLikelihood[i],
      reconstructionError: training.reconstructionError[i],
    }, limits));
  const unlikely = reasons.filter((reason) => reason === "unlikely").length;
  assertEquals(unlikely, 100);
  const errors = training.reconstructionError.filter((e) => e > limits.reconstructionError!);
  assertEquals(errors.length, 100);
});

Deno.test("outlierReason() says why, and goes by likelihood alone if no errors are known", () => {
  const limits = { rate: 0.01, logLikelihood: -5, reconstructionError: 0.1 };
  assertEquals(outlierReason({ logLikelihood: -4, reconstructionError: 0.05 }, limits), undefined);
  assertEquals(outlierReason({ logLikelihood: -6, reconstructionError: 0.05 }, limits), "unlikely");
  assertEquals(
    outlierReason({ logLikelihood: -4, reconstructionError: 0.2 }, limits),
    "unlike its reconstruction",
  );
  assertEquals(outlierReason({ logLikelihood: -4 }, limits), undefined);
  const likelihoodOnly = outlierLimits({ logLikelihood: [-1, -2] });
  assertEquals("reconstructionError" in likelihoodOnly, false);
  assertEquals(
    outlierReason({ logLikelihood: -1, reconstructionError: 9 }, likelihoodOnly),
    undefined,
  );
});
