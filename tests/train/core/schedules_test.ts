import { assertAlmostEquals, assertEquals } from "@std/assert";
import { scheduled, SCHEDULES, warmedUpBeta } from "../../../train/core/schedules.ts";

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

Deno.test("the step schedule takes a tenth from the middle, a hundredth in the last quarter", () => {
  const rates = Array.from(
    { length: 8 },
    (_, step) => SCHEDULES.step(step, { steps: 8, learningRate: 1 }),
  );
  assertEquals(rates, [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]);
});

Deno.test("the plateau schedule halves the rate after two epochs without a lower validation loss", () => {
  const rate = scheduled({ schedule: "plateau", learningRate: 8 }, 100);
  const after = (...losses: number[]) =>
    rate(5, losses.map((valLoss, i) => ({ epoch: i + 1, phase: "train", loss: -i, valLoss })));
  assertEquals(after(), 8);
  assertEquals(after(5, 4, 4), 8);
  assertEquals(after(5, 4, 4, 4), 4);
  assertEquals(after(5, 4, 4, 4, 4), 4); // counts anew
  assertEquals(after(5, 4, 4, 4, 4, 4), 2);
  assertEquals(after(5, 4, 4.1, 3, 3.1), 8);
  assertEquals(after(5, 4.9999, 4.9998), 4); // less than a ten thousandth
  assertEquals(after(-5, -6, -7, -7), 8); // a likelihood may be negative
  const noValidation = [3, 3, 3].map((loss, i) => ({ epoch: i + 1, phase: "train", loss }));
  assertEquals(rate(5, noValidation), 4);
});
