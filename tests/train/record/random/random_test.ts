import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../../lib/input_error.ts";
import * as tf from "@tensorflow/tfjs-core";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import {
  BACKEND_NAME,
  dropout,
  emitGraph,
  randomNormal,
  randomUniform,
  record,
  truncatedNormal,
} from "../../../../train/record/mod.ts";

const SHAPE = [100, 100];

/** The values of a tensor made on a backend. */
async function valuesOn(backend: string, make: () => tf.Tensor): Promise<number[]> {
  if (backend === "cpu") await useBackend("cpu");
  else await tf.setBackend(backend);
  const tensor = tf.tidy(make);
  const values = await tensor.data();
  tensor.dispose();
  return Array.from(values);
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert(Math.abs(actual - expected) < tolerance, `${actual} is far from ${expected}`);
}

for (const backend of ["cpu", BACKEND_NAME]) {
  Deno.test(`randomUniform() on ${backend} spreads evenly over its range`, async () => {
    const values = await valuesOn(
      backend,
      () => randomUniform(SHAPE, { seed: 3, low: -1, high: 3 }),
    );
    const { mean, deviation } = moments(values);
    assertNear(mean, 1, 0.05);
    assertNear(deviation, 4 / Math.sqrt(12), 0.05);
    assert(Math.min(...values) >= -1 && Math.max(...values) < 3);
  });

  Deno.test(`randomNormal() on ${backend} has its mean and deviation`, async () => {
    const values = await valuesOn(
      backend,
      () => randomNormal(SHAPE, { seed: 3, mean: 2, stddev: 3 }),
    );
    const { mean, deviation } = moments(values);
    assertNear(mean, 2, 0.15);
    assertNear(deviation, 3, 0.1);
  });

  Deno.test(`truncatedNormal() on ${backend} stays within two deviations`, async () => {
    const values = await valuesOn(
      backend,
      () => truncatedNormal(SHAPE, { seed: 3, mean: 2, stddev: 3 }),
    );
    const { mean, deviation } = moments(values);
    assertNear(mean, 2, 0.1);
    // The deviation of a standard normal cut off at 2 is 0.8796.
    assertNear(deviation, 3 * 0.8796, 0.06);
    assert(Math.min(...values) >= -4 && Math.max(...values) <= 8);
    // Numbers at the very edge would be what redrawing did not replace.
    assertEquals(values.filter((value) => value === 8 || value === -4).length, 0);
  });

  Deno.test(`dropout() on ${backend} zeroes its share and keeps the mean`, async () => {
    const values = await valuesOn(backend, () => dropout(tf.ones(SHAPE), { seed: 3, rate: 0.25 }));
    assertNear(values.filter((value) => value === 0).length / values.length, 0.25, 0.02);
    assertNear(moments(values).mean, 1, 0.03);
  });
}

Deno.test("draws of a negative deviation are refused, where TensorFlow.js would draw for ever", () => {
  for (const draw of [randomNormal, truncatedNormal]) {
    const message = "Cannot draw: stddev is -1, a number of 0 or more is needed";
    assertThrows(() => draw([2], { seed: 0, stddev: -1 }), InputError, message);
  }
});

Deno.test("randomNormal() draws the same from one seed, and other numbers from another", async () => {
  const make = (seed: number) => valuesOn(BACKEND_NAME, () => randomNormal([5], { seed }));
  assertEquals(await make(1), await make(1));
  assertNotEquals(await make(1), await make(2));
});

Deno.test("a recorded dropout draws anew in each run, and the same in each session", async () => {
  await useBackend("cpu");
  const recording = record(
    ({ x }) => ({ y: dropout(x, { seed: 5 }) }),
    { x: { shape: [4, 100] } },
  );
  const graph = emitGraph(recording);
  const x = { dtype: "float32" as const, shape: [4, 100], data: new Float32Array(400).fill(1) };
  const twoRuns = async () => {
    const session = await createSession({ graph, opset: 17 });
    const runs = [await session.run({ x }), await session.run({ x })];
    await session.release();
    return runs.map(({ y }) => [...y.data]);
  };
  const [first, second] = await twoRuns();
  assertNotEquals(first, second);
  assertEquals(await twoRuns(), [first, second]);
});
