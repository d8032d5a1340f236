import { assertEquals } from "@std/assert";
import { scorePredictions } from "../../../lib/metrics/classification.ts";
import { formatScores, wordsOf } from "../../../train/run/format_scores.ts";

Deno.test("wordsOf() are the words of a column of the history", () => {
  assertEquals(["loss", "valKlLoss", "reconstructionLoss"].map(wordsOf), [
    "loss",
    "val KL",
    "reconstruction",
  ]);
});

Deno.test("formatScores() names a cross-validated score, and the same labels on raw pixels", () => {
  const perfect = scorePredictions([1, 4], { labels: [1, 4], confidence: [1, 1] });
  const baselines = [{ name: "nearest neighbour", accuracy: 0.5, meanF1: 0.25 }];
  const split = "labelled images by cross-validation";
  assertEquals(
    formatScores({
      scored: { count: 2, split, crossValidated: "each is predicted by others" },
      classification: { ...perfect, perClass: [...perfect.perClass], baselines },
    }),
    [
      "scores on 2 labelled images by cross-validation: each is predicted by others",
      "accuracy 1.000  macro F1 1.000  micro F1 1.000  (macro+micro)/2 1.000",
      "the same labels on raw pixels: (macro+micro)/2 nearest neighbour 0.2500",
    ],
  );
});

Deno.test("formatScores() are a line each, other numbers under their names", () => {
  const metrics = {
    scored: { count: 3, split: "test images" },
    reconstruction: { meanSquaredError: 0.25, structuralSimilarity: null },
    codePerplexity: 8,
  };
  assertEquals(formatScores(metrics), [
    "scores on 3 test images",
    "MSE 0.2500  SSIM none",
    "code perplexity 8",
  ]);
});
