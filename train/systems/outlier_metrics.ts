import { histogramOf } from "../../lib/array/stats.ts";
import { isOutlier, OUTLIER_RATE } from "../../lib/latent/outlier_detector.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";

/**
 * How many of the scored images are outliers, and how good the others are.
 *
 * @param scores The output `outlier_score` of `classifier.onnx` for them, `[count]`.
 * @param correct Whether each has the right label.
 */
export function outlierMetrics(
  scores: ArrayLike<number>,
  correct: readonly boolean[],
): NonNullable<RunMetrics["outliers"]> {
  const others = correct.filter((_, i) => !isOutlier(scores[i]));
  return {
    rate: OUTLIER_RATE,
    share: 1 - others.length / correct.length,
    accuracyOfOthers: others.length === 0 ? null : others.filter(Boolean).length / others.length,
    histogram: histogramOf([scores], { tails: [0, 0.002] }),
  };
}
