import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../lib/array/random.ts";
import { createOptimizer, OPTIMIZERS } from "../../train/core/optimizers.ts";
import { SCHEDULES } from "../../train/core/schedules.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { relativeError } from "../train/core/step_case.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

const random = new Random(7, "peer");
const numbers = (count: number) => [...random.normals(count)];
const pairs = (
  values: readonly number[],
) => [values.slice(0, 2), values.slice(2, 4), values.slice(4)];

const CASES = (Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[]).flatMap((optimizer) =>
  [0, 0.3].flatMap((weightDecay) =>
    [0, 2].map((clipNorm) => ({
      optimizer,
      weightDecay,
      clipNorm,
      rate: 0.01,
      kernel: pairs(numbers(6)),
      bias: numbers(2),
      gradients: Array.from({ length: 50 }, () => [pairs(numbers(6)), numbers(2)] as const),
    }))
  )
);
const LOSSES = numbers(40).map((value, i) => 10 / (1 + i) + 0.3 * value);

Deno.test("optimizers take PyTorch's steps, and plateau lowers the rate when PyTorch does", async () => {
  const answer = JSON.parse(
    await runPython("optimizers_peer.py", [], {
      input: JSON.stringify({ cases: CASES, losses: LOSSES }),
    }),
  );
  CASES.forEach(({ kernel, bias, gradients, rate, ...options }, i) => {
    const variables = [tf.variable(tf.tensor2d(kernel)), tf.variable(tf.tensor1d(bias))];
    const optimizer = createOptimizer(variables, { ...options, momentum: 0.9 });
    for (const [ofKernel, ofBias] of gradients) {
      tf.tidy(() =>
        optimizer.applyGradients({
          [variables[0].name]: tf.tensor2d(ofKernel),
          [variables[1].name]: tf.tensor1d(ofBias),
        }, tf.scalar(rate))
      );
    }
    const found = variables.flatMap((variable) => [...variable.dataSync()]);
    const moved = relativeError(answer.steps[i], [...kernel.flat(), ...bias]);
    const error = relativeError(found, answer.steps[i]);
    assert(error <= 1e-5 && moved > 0.02, `${JSON.stringify(options)} is off by ${error}`);
    tf.dispose([...optimizer.state]);
    tf.dispose(variables);
  });
  const rates = LOSSES.map((_, i) =>
    SCHEDULES.plateau(0, {
      steps: 1,
      learningRate: 1,
      history: LOSSES.slice(0, i + 1).map((valLoss, i) => ({
        epoch: i + 1,
        phase: "train",
        valLoss,
      })),
    })
  );
  assertEquals(rates, answer.plateau);
  assert(new Set(rates).size > 2);
});
