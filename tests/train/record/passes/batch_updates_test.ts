import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSame, type Fn, graphOf, operatorsOf } from "./recorded_case.ts";

await useBackend("cpu");

const SHAPES = { x: [4], b: [6], c: [2, 3], d: [1], s: [], large: [2000] };

/** How often each operator is in a function's graph. */
function counts(fn: Fn, shapes = SHAPES): Record<string, number> {
  const found: Record<string, number> = {};
  for (const opType of operatorsOf(graphOf(fn, shapes))) found[opType] = (found[opType] ?? 0) + 1;
  return found;
}

/** An update as optimizers make it. */
function update(value: tf.Tensor, s: tf.Tensor, gradient = tf.sin(value)): tf.Tensor {
  const moment = tf.add(tf.mul(tf.square(gradient), 0.1), 0.5);
  return tf.sub(value, tf.mul(tf.div(gradient, tf.add(tf.sqrt(moment), 1e-3)), s));
}

Deno.test("batchUpdates() makes outputs together that are made alike", async () => {
  const fn: Fn = ({ x, b, c, d, s }) => [x, b, c, d].map((value) => update(value, s));
  const operators = counts(fn);
  assertEquals([operators.Concat, operators.Split, operators.Sqrt, operators.Div], [1, 1, 1, 1]);
  await assertSame(fn, SHAPES, { tolerance: 1e-6 });
  await assertSame(fn, SHAPES, { special: [NaN, Infinity, -0, 0], tolerance: 1e-6 });
});

Deno.test("batchUpdates() joins what differs, and goes back no further", async () => {
  const fn: Fn = ({ x, b, c, d, s }) => [
    update(x, s, tf.exp(x)),
    update(b, s, tf.tanh(b)),
    update(c, s, tf.reverse(c, 1)),
    update(d, s, tf.mean(b, 0, true)),
  ];
  const operators = counts(fn);
  // The variables, and their gradients.
  assertEquals([operators.Concat, operators.Sqrt, operators.Exp], [2, 1, 1]);
  await assertSame(fn, SHAPES);
});

Deno.test("batchUpdates() computes once what several outputs are made of", async () => {
  const fn: Fn = ({ x, b, c, s }) =>
    [x, b, c].flatMap((value) => {
      const moment = tf.add(tf.mul(value, 0.9), tf.mul(tf.sin(value), 0.1));
      return [moment, tf.sub(value, tf.mul(tf.sqrt(tf.add(tf.square(moment), 1)), s))];
    });
  const operators = counts(fn);
  assertEquals([operators.Sin, operators.Sqrt, operators.Split], [1, 1, 2]);
  await assertSame(fn, SHAPES);
});

Deno.test("batchUpdates() leaves alone what takes as many operations", () => {
  const fn: Fn = ({ x, b, c }) => [x, b, c].map((value) => tf.exp(value));
  assertEquals(counts(fn), { Exp: 3 });
  assertEquals(counts(({ x, s }) => [update(x, s)]).Split, undefined);
});

Deno.test("batchUpdates() leaves alone what is large, or read by something else", async () => {
  const large: Fn = ({ large, s }) => [1, 2, 3].map((k) => update(tf.mul(tf.cos(large), k), s));
  assertEquals(counts(large).Split, undefined);
  const read: Fn = ({ x, b, c, s }) => {
    const updates = [x, b, c].map((value) => update(value, s));
    return [...updates, ...updates.map((value) => tf.sum(value))];
  };
  assertEquals(counts(read).Split, undefined);
  await assertSame(read, SHAPES);
});

Deno.test("batchUpdates() keeps apart what other scalars make, and integers", async () => {
  const fn: Fn = ({ x, b, c, d, s }) => [
    update(x, s),
    update(b, tf.mul(s, 2)),
    update(c, tf.mul(s, 3)),
    update(d, tf.mul(s, 4)),
  ];
  await assertSame(fn, SHAPES);
  const integers: Fn = ({ x, b, c }) =>
    [x, b, c].map((value) => {
      const whole = tf.cast(tf.mul(value, 10), "int32");
      return tf.cast(tf.add(tf.mul(tf.add(whole, 1), 3), tf.mul(whole, whole)), "float32");
    });
  const operators = counts(integers);
  assert(operators.Add >= 3, JSON.stringify(operators));
  await assertSame(integers, SHAPES);
});
