import { assertAlmostEquals, assertEquals } from "@std/assert";
import { SCHEDULES, warmedUpBeta } from "../../../train/core/schedules.ts";

const OPTIONS = { steps: 10, learningRate: 2 };

Deno.test("the constant schedule keeps the rate", () => {
  assertEquals([0, 5, 10].map((step) => SCHEDULES.constant(step, OPTIONS)), [2, 2, 2]);
});

Deno.test("the cosine schedule falls from the rate to a fiftieth, halfway in the middle", () => {
  const [first, middle, last] = [0, 5, 10].map((step) => SCHEDULES.cosine(step, OPTIONS));
  assertAlmostEquals(first, 2, 1e-12);
  assertAlmostEquals(middle, 1.02, 1e-12);
  assertAlmostEquals(last, 0.04, 1e-12);
});

Deno.test("warmedUpBeta() rises in a line to beta, and stays there", () => {
  const at = (step: number) => warmedUpBeta(step, { beta: 4, warmupSteps: 8 });
  assertEquals([0, 2, 8, 100].map(at), [0, 1, 4, 4]);
  assertEquals(warmedUpBeta(0, { beta: 4, warmupSteps: 0 }), 4);
});

Deno.test("the one-cycle schedule rises over a quarter of the steps, then falls to a five-hundredth", () => {
  const steps = 100;
  const rates = Array.from(
    { length: steps + 1 },
    (_, step) => SCHEDULES["one-cycle"](step, { steps, learningRate: 2 }),
  );
  rates.slice(1).forEach((rate, i) => assertEquals(rate > rates[i], i < 25));
  assertAlmostEquals(Math.max(...rates), 2, 1e-12);
  assertAlmostEquals(rates[steps], 0.004, 1e-12);
});
