import { assertEquals, assertMatch } from "@std/assert";
import { differsWarning, trainingWarnings } from "../../../train/run/training_warnings.ts";

const remedies = ["epochs", "learningRate"];

const logs = (phase: string, losses: number[]) =>
  losses.map((loss, i) => ({ epoch: i + 1, phase, loss }));

Deno.test("trainingWarnings() tells of few steps, and of epochs that are enough", () => {
  const [warning, ...others] = trainingWarnings(logs("elbo", [3, 2]), { steps: 20, remedies });
  assertMatch(warning, /^training took 20 steps, which is few: try --epochs 100 or more/);
  assertEquals(others, []);
  assertEquals(trainingWarnings(logs("elbo", [3, 2]), { steps: 200, remedies }), []);
});

Deno.test("trainingWarnings() tells of a loss that ends higher than its phase began", () => {
  const steps = 1000;
  const grown = [...logs("elbo", [30, 20]), ...logs("clusters", [25, 40, 90])];
  assertEquals(trainingWarnings(grown, { steps, remedies }), [
    "the loss grew from 25.00 to 90.00 in phase clusters: training diverges, try a smaller --learning-rate",
  ]);
  assertMatch(
    trainingWarnings(logs("elbo", [-5, -1]), { steps, remedies }).join(),
    /from -5.000 to -1.000/,
  );
  // A new phase may start higher, a loss may rise for a while, and a GAN has no loss that falls.
  assertEquals(trainingWarnings(logs("elbo", [10, 80, 9]), { steps, remedies }), []);
  assertEquals(
    trainingWarnings([...logs("a", [3, 1]), ...logs("b", [9, 8])], { steps, remedies }),
    [],
  );
  const gan = [1, 2].map((epoch) => ({ epoch, phase: "train", generatorLoss: epoch * 10 }));
  assertEquals(trainingWarnings(gan, { steps, remedies }), []);
});

Deno.test("trainingWarnings() names only options that the system has", () => {
  const grown = trainingWarnings(logs("refine", [1, 2]), { steps: 20, remedies: ["effort"] });
  assertMatch(grown[0], /which is few: try a larger --effort, or a smaller --batch-size$/);
  assertMatch(grown[1], /training diverges, try another --seed$/);
});

Deno.test("differsWarning() names the file and how far it is off", () => {
  assertEquals(
    differsWarning("encoder.onnx", 0.001234),
    "encoder.onnx differs from TensorFlow.js by 0.0012 of its greatest output, rounding explains 0.0001; try another --seed",
  );
});
