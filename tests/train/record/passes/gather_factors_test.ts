import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../../../../lib/onnx/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";
import { assertSame, type Fn, graphOf, operatorsOf } from "./recorded_case.ts";

await useBackend("cpu");

const SHAPES: Record<string, number[]> = {
  x: [2, 5, 3, 4],
  y: [2, 5, 3, 4],
  a: [4],
  b: [1, 1, 1, 4],
  rows: [5, 1, 1],
  s: [],
};

/** The operators of a function's graph, after it gave what TensorFlow.js gives. */
async function operators(fn: Fn, special: readonly number[] = []): Promise<string[]> {
  return operatorsOf(await assertSame(fn, SHAPES, { special }));
}

/** How many operators work on as many elements as x has, or give them. */
function passes({ nodes, inputs, outputs }: Graph): number {
  const sizes = new Map(
    [...inputs, ...outputs].map(({ name, shape }) => [name, shape.length]),
  );
  for (const node of nodes) {
    const isLarge = !node.opType.startsWith("Reduce") &&
      node.inputs.some((name) => sizes.get(name) === 4 && name !== "b");
    for (const name of node.outputs) sizes.set(name, isLarge ? 4 : 1);
  }
  return nodes.filter((node) => node.inputs.some((name) => sizes.get(name) === 4 && name !== "b"))
    .length;
}

Deno.test("gatherFactors() multiplies small factors with each other first", async () => {
  const chain: Fn = ({ x, a, b, s }) => tf.mul(tf.neg(tf.mul(tf.mul(tf.mul(x, a), 3), s)), b);
  assertEquals(passes(graphOf(chain, SHAPES)), 1);
  await operators(chain);
  await operators(chain, [NaN, Infinity, -Infinity, 0, -0]);
  const numbers: Fn = ({ x }) => tf.mul(tf.neg(tf.mul(x, 3)), 5);
  assertEquals(await operators(numbers), ["Mul"]);
});

Deno.test("gatherFactors() divides as it multiplies", async () => {
  const fn: Fn = ({ x, y, a, s }) => tf.mul(tf.div(tf.div(tf.mul(x, a), tf.exp(s)), tf.exp(y)), 3);
  // Exp of y, a quotient, and one product.
  assertEquals(passes(graphOf(fn, SHAPES)), 3);
  await operators(fn);
  await operators(fn, [NaN, Infinity, -Infinity, 0, -0]);
  assertEquals(await operators(({ x }) => tf.div(x, 3)), ["Div"]);
});

Deno.test("gatherFactors() leaves integers alone that are divided or negated", async () => {
  const whole = (x: tf.Tensor) => tf.cast(tf.mul(x, 10), "int32");
  await operators(({ x }) => tf.cast(tf.mul(tf.neg(tf.mul(whole(x), 3)), 5), "float32"));
  await operators(({ x }) => tf.cast(tf.mul(tf.floorDiv(whole(x), 3), 5), "float32"));
});

Deno.test("gatherFactors() takes factors out of sums over axes along which they are one", async () => {
  const channels: Fn = ({ x, y, a, b }) => tf.sum(tf.mul(tf.mul(x, a), tf.mul(y, b)), [0, 1, 2]);
  assertEquals(await operators(channels), ["Mul", "Mul", "ReduceSum", "Reshape", "Mul"]);
  assertEquals(passes(graphOf(channels, SHAPES)), 2);
  const rows: Fn = ({ x, rows, s }) => [
    tf.sum(tf.mul(tf.mul(x, rows), s), [0, 2]),
    tf.mean(tf.mul(tf.mul(x, rows), s), [-1, 0], true),
    tf.sum(tf.mul(tf.mul(x, rows), s), [2, 3]),
  ];
  assertEquals(passes(graphOf(rows, SHAPES)), 3);
  await operators(rows);
  await operators(rows, [NaN, Infinity]);
});

Deno.test("gatherFactors() keeps factors in sums over axes along which they vary", async () => {
  await operators(({ x, a }) => tf.sum(tf.mul(tf.mul(x, a), 2), [3]));
  await operators(({ x, rows }) => tf.mean(tf.mul(x, rows)));
});

Deno.test("gatherFactors() adds before it multiplies by what two terms have in common", async () => {
  const fn: Fn = ({ x, y, a }) => tf.sub(tf.mul(x, a), tf.mul(y, a));
  assertEquals(await operators(fn), ["Sub", "Mul"]);
  const different: Fn = ({ x, y, a, s }) => tf.add(tf.mul(x, a), tf.mul(y, s));
  assertEquals(await operators(different), ["Mul", "Mul", "Add"]);
});

Deno.test("gatherFactors() computes no value anew that something else reads", async () => {
  const fn: Fn = ({ x, y, a }) => {
    const scaled = tf.mul(x, a);
    return [tf.exp(scaled), tf.mul(scaled, y)];
  };
  assertEquals(await operators(fn), ["Mul", "Exp", "Mul"]);
  const output: Fn = ({ x, y, a }) => [tf.mul(x, a), tf.mul(tf.mul(x, a), y)];
  assertEquals(await operators(output), ["Mul", "Mul"]);
});

Deno.test("gatherFactors() computes what is equal once, whatever the order of its operands", async () => {
  const fn: Fn = ({ x, y }) => tf.sub(tf.exp(tf.mul(x, y)), tf.exp(tf.mul(y, x)));
  assertEquals(await operators(fn), ["Mul", "Exp", "Sub"]);
  const zeros: Fn = ({ x }) => [tf.div(1, tf.mul(x, 0)), tf.div(1, tf.mul(x, -0))];
  assertEquals((await operators(zeros)).length, 4);
});

Deno.test("gatherFactors() leaves the gradient of batch normalization few passes", async () => {
  const fn: Fn = ({ x, y, a, b }) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const normalize = (x: tf.Tensor, a: tf.Tensor) =>
      tf.sum(tf.mul(y, tf.batchNorm(x as tf.Tensor4D, mean, variance, tf.reshape(b, [4]), a)));
    return tf.grads((x: tf.Tensor, a: tf.Tensor) => normalize(x, a))([x, a]);
  };
  await operators(fn);
  assert(passes(graphOf(fn, SHAPES)) <= 13, `${passes(graphOf(fn, SHAPES))} passes`);
});

Deno.test("gatherFactors() does not look at graphs of any batch size", () => {
  const recordAt = (size: number) =>
    record(({ x }) => ({ y: tf.mul(tf.mul(x, 2), 3) }), { x: { shape: [size, 4] } });
  assertEquals(emitGraph(recordAt(7)).nodes.length, 1);
  assertEquals(emitGraph(recordAt(7), { others: [recordAt(11)] }).nodes.length, 2);
});
