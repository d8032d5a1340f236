import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { calibrationOf, wilsonInterval } from "../../../lib/metrics/calibration.ts";

Deno.test("calibrationOf() weighs the gap of each bin by its count", () => {
  const { bins, expectedCalibrationError } = calibrationOf(
    [0.95, 0.95, 0.95, 0.95, 0.55, 1],
    [true, true, true, false, false, true],
  );
  assertEquals(bins.map(({ from, count }) => [from, count]), [[0.5, 1], [0.9, 5]]);
  assertAlmostEquals(bins[1].confidence, 0.96, 1e-12);
  assertAlmostEquals(bins[1].accuracy, 0.8, 1e-12);
  assertAlmostEquals(expectedCalibrationError, (1 * 0.55 + 5 * 0.16) / 6, 1e-12);
});

Deno.test("wilsonInterval() is that of the paper", () => {
  // scipy.stats.binomtest(8, 10).proportion_ci(method="wilson")
  const [low, high] = wilsonInterval(8, 10);
  assertAlmostEquals(low, 0.4901624715366418, 1e-6);
  assertAlmostEquals(high, 0.9433178485456247, 1e-6);
});

Deno.test("calibrationOf() throws if the lengths differ", () => {
  assertThrows(() => calibrationOf([0.5], []), RangeError, "1 probabilities and 0 answers");
});
