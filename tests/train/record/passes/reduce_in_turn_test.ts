import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSame, type Fn, graphOf, operatorsOf } from "./recorded_case.ts";

await useBackend("cpu");

const SHAPES = { x: [3, 4, 5, 2] };

Deno.test("reduceInTurn() reduces the last axes first", async () => {
  const graph = await assertSame(({ x }) => tf.sum(x, [0, 2, 3]), SHAPES);
  assertEquals(operatorsOf(graph), ["ReduceSum", "ReduceSum"]);
  assertEquals(graph.outputs[0].shape, [4]);
  const apart: Fn = ({ x }) => [tf.mean(x, [0, 3], true), tf.mean(x, [-3, -1]), tf.sum(x, [1, 3])];
  assertEquals(operatorsOf(await assertSame(apart, SHAPES)).length, 6);
});

Deno.test("reduceInTurn() gives no number where there is none", async () => {
  const both: Fn = ({ x }) => [tf.sum(x, [0, 2]), tf.mean(x, [0, 3], true)];
  await assertSame(both, SHAPES, { special: [NaN, Infinity, -Infinity] });
});

const integers: Fn = ({ x }) =>
  tf.cast(tf.sum(tf.cast(tf.mul(x, 10), "int32"), [0, 2, 3]), "float32");

Deno.test("reduceInTurn() leaves alone what lies side by side, and integers", async () => {
  const others: Fn[] = [
    ({ x }) => tf.sum(x),
    ({ x }) => tf.mean(x, [2, 3]),
    ({ x }) => tf.sum(x, [0, 1]),
    ({ x }) => tf.sum(x, [0, 2]),
    ({ x }) => tf.max(x, [0, 3]),
    integers,
  ];
  for (const fn of others) {
    const operators = operatorsOf(graphOf(fn, SHAPES));
    const sums = operators.filter((opType) => opType === "ReduceSum" || opType === "ReduceMean");
    assert(sums.length <= 1, operators.join());
    await assertSame(fn, SHAPES);
  }
});
