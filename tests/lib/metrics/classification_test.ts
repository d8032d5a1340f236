import { assertEquals, assertThrows } from "@std/assert";
import {
  accuracy,
  classificationScores,
  confusionMatrix,
  meanSquaredError,
  scorePredictions,
} from "../../../lib/metrics/classification.ts";

Deno.test("confusionMatrix() counts actual by row and predicted by column", () => {
  assertEquals(confusionMatrix([8, 1, 1, 4, 8], [8, 1, 4, 4, 1]), {
    classes: [1, 4, 8],
    counts: [[1, 1, 0], [0, 1, 0], [1, 0, 1]],
  });
});

Deno.test("classificationScores() by hand", () => {
  // class 0: 3 of 4 found, 1 wrongly given; class 1: 1 of 2 found, 1 wrongly given
  const scores = classificationScores({ classes: [0, 1], counts: [[3, 1], [1, 1]] });
  assertEquals(scores, {
    accuracy: 4 / 6,
    perClass: [
      { label: 0, support: 4, precision: 0.75, recall: 0.75, f1: 0.75 },
      { label: 1, support: 2, precision: 0.5, recall: 0.5, f1: 0.5 },
    ],
    macro: { precision: 0.625, recall: 0.625, f1: 0.625 },
    micro: { precision: 4 / 6, recall: 4 / 6, f1: 4 / 6 },
    meanF1: (0.625 + 4 / 6) / 2,
  });
});

Deno.test("classificationScores() are 0 for a class that is never right", () => {
  const { perClass } = classificationScores(confusionMatrix([1, 1], [2, 2]));
  assertEquals(perClass, [
    { label: 1, support: 2, precision: 0, recall: 0, f1: 0 },
    { label: 2, support: 0, precision: 0, recall: 0, f1: 0 },
  ]);
});

Deno.test("scorePredictions() are the scores of the counts, and calibration", () => {
  const { accuracy, confusionMatrix: matrix, calibration } = scorePredictions([1, 1, 2], {
    labels: [1, 2, 2],
    // Rounding may leave more than 1.
    confidence: [1 + 1e-7, 0.5, 0.5],
  });
  assertEquals([accuracy, matrix.counts], [2 / 3, [[1, 1], [0, 1]]]);
  assertEquals(calibration.bins.map(({ count, accuracy }) => [count, accuracy]), [[2, 0.5], [
    1,
    1,
  ]]);
});

Deno.test("accuracy() is the share of equal labels", () => {
  assertEquals(accuracy(Int32Array.of(1, 4, 8, 8), [1, 4, 8, 1]), 0.75);
});

Deno.test("accuracy() and meanSquaredError() throw if lengths differ or nothing is given", () => {
  assertThrows(() => accuracy([1, 2], [1]), RangeError, "there are 2 and 1");
  assertThrows(() => meanSquaredError([], []), RangeError, "there are 0 and 0");
});

Deno.test("meanSquaredError() by hand", () => {
  assertEquals(meanSquaredError([0, 1, 2], [0, 3, 1]), 5 / 3);
});
