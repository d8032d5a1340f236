import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../lib/array/random.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import {
  adam,
  type AdamOptions,
  createOptimizer,
  type OptimizerOptions,
  sgd,
} from "../../../train/core/optimizers.ts";

await useBackend("cpu");

const SIZE = 6;

/**
 * How far float32 may move from float64, relatively. beta2 and its powers lie just below 1, where
 * float32 rounds by up to 3e-8; at step t two roundings a step have gathered in 1 - beta2^t, which
 * is about t / 1000. Half of those 6e-5 is left under the root.
 */
const ROUNDING = 3e-5;

/** Gradients for some steps, `[steps][SIZE]`, of sizes from `scale` down to a hundredth of it. */
function drawGradients(steps: number, scale: number): Float32Array[] {
  const random = new Random(3, "gradients");
  return Array.from(
    { length: steps },
    () => random.normals(SIZE).map((value, i) => scale * value / (1 + 20 * i)),
  );
}

/** Where Glimpse's Adam has moved parameters to after each step. */
async function moves(
  gradients: readonly Float32Array[],
  rates: readonly number[],
  options?: AdamOptions,
): Promise<number[][]> {
  // From 0, so that float32 keeps the digits of moves that are small.
  const variable = tf.variable(tf.zeros([SIZE]), true);
  const optimizer = adam([variable], options);
  const found: number[][] = [];
  for (const [i, gradient] of gradients.entries()) {
    optimizer.applyGradients({ [variable.name]: tf.tensor1d(gradient) }, tf.scalar(rates[i]));
    found.push([...await variable.data()]);
  }
  tf.dispose([...optimizer.state]);
  variable.dispose();
  return found;
}

/** Algorithm 1 of Kingma and Ba (2014), word by word in float64, from 0. */
function reference(
  gradients: readonly Float32Array[],
  rates: readonly number[],
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {},
): number[][] {
  const theta = new Float64Array(SIZE);
  const m = new Float64Array(SIZE);
  const v = new Float64Array(SIZE);
  return gradients.map((gradient, step) => {
    const t = step + 1;
    for (let i = 0; i < SIZE; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
      v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] ** 2;
      const mHat = m[i] / (1 - beta1 ** t);
      const vHat = v[i] / (1 - beta2 ** t);
      theta[i] -= rates[step] * mHat / (Math.sqrt(vHat) + epsilon);
    }
    return [...theta];
  });
}

/** Compares where parameters are after each step, relative to the length of the way there. */
function assertSameMoves(
  actual: readonly number[][],
  expected: readonly number[][],
  tolerance: number,
): void {
  assertEquals(actual.length, expected.length);
  const lengths = new Array<number>(SIZE).fill(0);
  expected.forEach((row, step) =>
    row.forEach((value, i) => {
      lengths[i] += Math.abs(value - (expected[step - 1]?.[i] ?? 0));
      assert(
        Math.abs(actual[step][i] - value) <= tolerance * lengths[i],
        `step ${step + 1} moved parameter ${i} to ${actual[step][i]}, not to ${value}`,
      );
    })
  );
}

const RATES = [1e-3, 1e-3, 2e-3, 5e-4, 1e-2, 1e-3, 1e-3, 1e-3];

for (
  const [name, options] of [
    ["its defaults", {}],
    ["other decays", { beta1: 0.5, beta2: 0.9, epsilon: 1e-4 }],
  ] as const
) {
  Deno.test(`adam() takes the steps of the paper's algorithm in float64, with ${name}`, async () => {
    const gradients = drawGradients(RATES.length, 1);
    const expected = reference(gradients, RATES, options);
    assertSameMoves(await moves(gradients, RATES, options), expected, ROUNDING);
  });
}

Deno.test("adam() lets epsilon slow it where gradients are tiny", async () => {
  // Around epsilon, 1e-8: moments of their squares are as small as 1e-20, far above the least
  // number of float32.
  const gradients = drawGradients(RATES.length, 1e-8);
  const expected = reference(gradients, RATES);
  assertSameMoves(await moves(gradients, RATES), expected, ROUNDING);
  // Were epsilon left out, or put under the root, or not corrected for the step, this would move
  // by the whole rate, hardly at all, or by a thirtieth.
  const first = Math.abs(expected[0][0]) / RATES[0];
  assert(first > 0.3 && first < 0.8, `epsilon does not matter here: ${first}`);
});

Deno.test("adam() takes the steps of tf.train.adam", async () => {
  const gradients = drawGradients(RATES.length, 1);
  const rates = RATES.map(() => 1e-3);
  const variable = tf.variable(tf.zeros([SIZE]), true);
  const theirs = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const expected: number[][] = [];
  for (const gradient of gradients) {
    theirs.applyGradients([{ name: variable.name, tensor: tf.tensor1d(gradient) }]);
    expected.push([...await variable.data()]);
  }
  theirs.dispose();
  variable.dispose();
  assertSameMoves(await moves(gradients, rates), expected, 1e-5);
});

Deno.test("adam() moves each variable by its own gradient, and frees what it holds", async () => {
  const before = tf.memory().numTensors;
  const start = Float32Array.of(1, -0.5, 0, 0.25, -2, 1e-3);
  const variables = tf.tidy(() => [tf.variable(tf.tensor1d(start)), tf.variable(tf.zeros([2, 3]))]);
  const optimizer = adam(variables);
  assertEquals(optimizer.state.length, 6);
  const gradients = {
    [variables[0].name]: tf.zeros([SIZE]),
    [variables[1].name]: tf.ones([2, 3]),
  };
  const rate = tf.scalar(0.5);
  const held = tf.memory().numTensors;
  optimizer.applyGradients(gradients, rate);
  assertEquals(tf.memory().numTensors, held, "a step leaves no tensor behind");
  assertEquals(await variables[0].data(), start);
  // The first step moves by the rate, against the sign of the gradient.
  assertSameMoves([[...await variables[1].data()]], [new Array(6).fill(-0.5)], ROUNDING);
  tf.dispose([...optimizer.state]);
  tf.dispose([variables, gradients, rate]);
  assertEquals(tf.memory().numTensors, before);
});

for (const momentum of [0, 0.9]) {
  Deno.test(`sgd() takes the steps of its formula in float64 (momentum ${momentum})`, async () => {
    const gradients = drawGradients(RATES.length, 1);
    const variable = tf.variable(tf.zeros([SIZE]), true);
    const optimizer = sgd([variable], { momentum });
    assertEquals(optimizer.state.length, momentum === 0 ? 0 : 1);
    const [theta, mean] = [new Float64Array(SIZE), new Float64Array(SIZE)];
    const [actual, expected]: number[][][] = [[], []];
    for (const [step, gradient] of gradients.entries()) {
      optimizer.applyGradients({ [variable.name]: tf.tensor1d(gradient) }, tf.scalar(RATES[step]));
      actual.push([...await variable.data()]);
      gradient.forEach((value, i) => {
        mean[i] = momentum * mean[i] + value;
        theta[i] -= RATES[step] * mean[i];
      });
      expected.push([...theta]);
    }
    assertSameMoves(actual, expected, 1e-6);
    tf.dispose([...optimizer.state]);
    variable.dispose();
  });
}

/** The formulas of {@linkcode createOptimizer} in float64, for a kernel and a bias of one number each. */
function referenceOf(
  { optimizer, momentum = 0, weightDecay = 0, clipNorm = 0 }: OptimizerOptions,
  { start, gradients }: { start: readonly number[]; gradients: readonly (readonly number[])[] },
): number[][] {
  const weights = [...start];
  const [first, second] = [[0, 0], [0, 0]];
  return gradients.map((gradient, step) => {
    const norm = Math.hypot(...gradient);
    const scale = clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1;
    for (const i of [0, 1]) {
      const decay = i === 0 ? weightDecay * weights[i] : 0; // the bias keeps its size
      const g = scale * gradient[i] + (optimizer === "adamw" ? 0 : decay);
      if (optimizer === "adamw") weights[i] -= RATES[step] * decay;
      if (optimizer === "sgd") {
        first[i] = momentum * first[i] + g;
        weights[i] -= RATES[step] * first[i];
      } else if (optimizer === "rmsprop") {
        second[i] = 0.99 * second[i] + 0.01 * g ** 2;
        weights[i] -= RATES[step] * g / (Math.sqrt(second[i]) + 1e-8);
      } else {
        first[i] = 0.9 * first[i] + 0.1 * g;
        second[i] = 0.999 * second[i] + 0.001 * g ** 2;
        const mean = first[i] / (1 - 0.9 ** (step + 1));
        const square = second[i] / (1 - 0.999 ** (step + 1));
        weights[i] -= RATES[step] * mean / (Math.sqrt(square) + 1e-8);
      }
    }
    return [...weights];
  });
}

for (const optimizer of ["adam", "adamw", "sgd", "rmsprop"] as const) {
  for (
    const more of [{}, { weightDecay: 0.3 }, { clipNorm: 0.8 }, { weightDecay: 2, clipNorm: 1 }]
  ) {
    const options = { optimizer, momentum: 0.9, ...more };
    Deno.test(`createOptimizer() takes the steps of its formulas in float64 (${JSON.stringify(options)})`, () => {
      const random = new Random(5, "pairs");
      const gradients = RATES.map(() => [...random.normals(2)]);
      const norms = gradients.map((gradient) => Math.hypot(...gradient));
      // Both sides of the greatest norm are met.
      assert(Math.min(...norms) < 0.8 && Math.max(...norms) > 1);
      const before = tf.memory().numTensors;
      const kernel = tf.variable(tf.tensor2d([[1.5]]));
      const bias = tf.variable(tf.tensor1d([-0.5]));
      const found = createOptimizer([kernel, bias], options);
      const expected = referenceOf(options, { start: [1.5, -0.5], gradients });
      gradients.forEach(([ofKernel, ofBias], step) => {
        tf.tidy(() =>
          found.applyGradients({
            [kernel.name]: tf.tensor2d([[ofKernel]]),
            [bias.name]: tf.tensor1d([ofBias]),
          }, tf.scalar(RATES[step]))
        );
        const actual = [kernel.dataSync()[0], bias.dataSync()[0]];
        actual.forEach((value, i) =>
          assert(
            Math.abs(value - expected[step][i]) <= 3e-6,
            `step ${step + 1}, weight ${i}: ${value}, not ${expected[step][i]}`,
          )
        );
      });
      tf.dispose([...found.state]);
      // What variable() copied from is this test's own.
      assertEquals(tf.memory().numTensors - before, 4);
      tf.dispose([kernel, bias]);
    });
  }
}

Deno.test("two optimizers may train one variable, each with its own state", () => {
  const variable = tf.variable(tf.zeros([2]));
  const optimizers = [adam([variable]), adam([variable]), sgd([variable], { momentum: 0.5 })];
  const names = optimizers.flatMap(({ state }) => state.map(({ name }) => name));
  assertEquals(new Set(names).size, 9);
  for (const optimizer of optimizers) tf.dispose([...optimizer.state]);
  variable.dispose();
});
