import { assertEquals } from "@std/assert";
import { outlierMetrics } from "../../../train/systems/outlier_metrics.ts";

Deno.test("outlierMetrics() counts outliers, and how many of the others are right", () => {
  const scores = Float32Array.of(0.2, 0.995, 0.5, 3);
  const { histogram, ...counted } = outlierMetrics(scores, [true, true, false, false]);
  assertEquals(counted, { rate: 0.01, share: 0.5, accuracyOfOthers: 0.5 });
  assertEquals(histogram.shares.length, 1);
  assertEquals(outlierMetrics(Float32Array.of(2), [true]).accuracyOfOthers, null);
});
