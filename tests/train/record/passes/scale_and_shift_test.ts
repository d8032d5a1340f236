import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSame, type Fn, graphOf, operatorsOf } from "./recorded_case.ts";

await useBackend("cpu");

const SHAPES = {
  x: [2, 3, 5, 4],
  y: [2, 3, 5, 4],
  scale: [3, 1, 1],
  shift: [1, 3, 1, 1],
  vector: [3],
};

const scaled: Fn = ({ x, scale, shift }) => tf.add(shift, tf.mul(scale, x));
const withAnother: Fn = ({ x, y, scale, shift }) =>
  tf.add(tf.add(tf.exp(y), tf.mul(x, scale)), shift);

Deno.test("scaleAndShift() takes one pass to scale and shift channels", async () => {
  const graph = await assertSame(scaled, SHAPES);
  assertEquals(operatorsOf(graph), ["Reshape", "Reshape", "BatchNormalization"]);
  const given: Fn = ({ x, vector }) => {
    const channels = tf.reshape(vector, [3, 1, 1]);
    return tf.add(tf.mul(x, channels), channels);
  };
  assertEquals(operatorsOf(await assertSame(given, SHAPES)), ["BatchNormalization"]);
  const known: Fn = ({ x }) =>
    tf.add(tf.mul(x, tf.tensor([1, 2, 3], [3, 1, 1])), tf.tensor([4, 5, 6], [1, 3, 1, 1]));
  assertEquals(operatorsOf(await assertSame(known, SHAPES)), ["BatchNormalization"]);
});

Deno.test("scaleAndShift() shifts before it adds another value", async () => {
  const operators = operatorsOf(await assertSame(withAnother, SHAPES));
  assertEquals(operators.filter((opType) => opType === "Add").length, 1);
  assert(operators.includes("BatchNormalization"));
});

Deno.test("scaleAndShift() keeps what is infinite and what is not a number", async () => {
  await assertSame(scaled, SHAPES, { special: [NaN, Infinity, -Infinity, 0, -0] });
  await assertSame(withAnother, SHAPES, { special: [NaN, Infinity, -Infinity, 0, -0] });
});

Deno.test("scaleAndShift() leaves alone what does not scale channels", async () => {
  const others: Fn[] = [
    ({ x, scale }) => tf.add(tf.mul(x, scale), 2),
    ({ x, y, scale }) => tf.add(tf.mul(x, scale), y),
    ({ x, y, shift }) => tf.add(tf.mul(x, y), shift),
    ({ x, scale, shift }) => tf.add(tf.mul(tf.slice(x, 0, [2, 3, 1, 1]), scale), shift),
    ({ x, y, scale, shift }) => {
      const sum = tf.add(tf.mul(x, scale), y);
      return [tf.add(sum, shift), sum];
    },
  ];
  for (const fn of others) {
    await assertSame(fn, SHAPES);
    const operators = operatorsOf(graphOf(fn, SHAPES));
    assert(!operators.includes("BatchNormalization"), operators.join());
  }
});

Deno.test("scaleAndShift() leaves integers alone", async () => {
  const fn: Fn = ({ x, scale, shift }) => {
    const [a, b, c] = [x, scale, shift].map((each) => tf.cast(tf.mul(each, 10), "int32"));
    return tf.cast(tf.add(tf.mul(a, b), c), "float32");
  };
  await assertSame(fn, SHAPES);
});
