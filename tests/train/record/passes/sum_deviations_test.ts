import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSame, type Fn, operatorsOf } from "./recorded_case.ts";

await useBackend("cpu");

const SHAPES = { x: [4, 5, 6] };

const overRows: Fn = ({ x }) => tf.sum(tf.sub(x, tf.mean(x, [0, 1])), [0, 1]);

Deno.test("sumDeviations() leaves out a sum of deviations from the mean", async () => {
  const graph = await assertSame(overRows, SHAPES);
  assertEquals(operatorsOf(graph), ["ReduceMean", "Mul"]);
  const kept: Fn = ({ x }) => tf.sum(tf.sub(x, tf.mean(x, -1, true)), 2, true);
  assertEquals(operatorsOf(await assertSame(kept, SHAPES)), ["ReduceMean", "Mul"]);
});

Deno.test("sumDeviations() gives no number where the mean is none", async () => {
  await assertSame(overRows, SHAPES, { special: [NaN, 1, Infinity, -Infinity] });
});

Deno.test("sumDeviations() keeps sums over other axes, and of other differences", async () => {
  const others: Fn[] = [
    ({ x }) => tf.sum(tf.sub(x, tf.mean(x, [0, 1])), [0]),
    ({ x }) => tf.sum(tf.sub(x, tf.mean(x, [0, 1])), [0, 1, 2]),
    ({ x }) => tf.sum(tf.sub(tf.mean(x, [0, 1]), x), [0, 1]),
    ({ x }) => tf.sum(tf.sub(tf.exp(x), tf.mean(x, [0, 1])), [0, 1]),
    ({ x }) => tf.sum(tf.sub(x, tf.mean(x, [0, 1], true)), [0, 1]),
    ({ x }) => tf.sum(tf.sub(x, tf.sum(x, [0, 1])), [0, 1]),
  ];
  for (const fn of others) await assertSame(fn, SHAPES);
});
