import { assertEquals } from "@std/assert";
import { formatScores, wordsOf } from "../../../train/run/format_scores.ts";

Deno.test("wordsOf() are the words of a column of the history", () => {
  assertEquals(["loss", "valKlLoss", "reconstructionLoss"].map(wordsOf), [
    "loss",
    "val KL",
    "reconstruction",
  ]);
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
    "code perplexity 8.000",
  ]);
});
