import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import "../../../../train/record/mod.ts";

/** Numbers of both signs from 1e-12 to 0.9 in size. */
const SMALL = Array.from({ length: 200 }, (_, i) => (i % 2 ? -1 : 1) * 0.9 * 10 ** (-i / 16));

const FUNCTIONS = [
  ["log1p", tf.log1p, Math.log1p],
  ["expm1", tf.expm1, Math.expm1],
] as const;

for (const [name, compute, reference] of FUNCTIONS) {
  Deno.test(`${name}() keeps its digits near 0, and its limits`, async () => {
    await tf.setBackend("onnx");
    const x = Float32Array.from([...SMALL, 0, 20, -1, Infinity, NaN]);
    const y = await compute(tf.tensor1d(x)).data();
    await useBackend("cpu");
    x.forEach((value, i) => {
      const expected = Math.fround(reference(value));
      const isClose = Math.abs(y[i] - expected) <= 3e-7 * Math.abs(expected);
      assert(Object.is(y[i], expected) || isClose, `${name}(${value}) = ${y[i]}, not ${expected}`);
    });
  });
}

/** All sizes of float32, of both signs, and what is no usual number. */
const RANGE = Float32Array.from([
  ...[0, -0, 0.5, -0.5, 1, -1, 2.5, Infinity, -Infinity, NaN],
  ...Array.from({ length: 220 }, (_, i) => [10 ** (-44 + i * 0.37), -(10 ** (-44 + i * 0.37))])
    .flat(),
]);

/** Below it float32 has fewer digits, and ONNX Runtime's vectors none. */
const LEAST_NORMAL = 2 ** -126;

const elu = (x: number) => x >= 0 ? x : Math.expm1(x);

/** The functions with their values in float64, and what they may be off by absolutely. */
const UNARY: Readonly<Record<string, readonly [(x: number) => number, absolute?: number]>> = {
  abs: [Math.abs],
  acos: [Math.acos],
  acosh: [Math.acosh],
  asin: [Math.asin],
  asinh: [Math.asinh],
  atan: [Math.atan],
  atanh: [Math.atanh],
  ceil: [Math.ceil],
  cos: [Math.cos],
  cosh: [Math.cosh],
  elu: [elu],
  exp: [Math.exp],
  expm1: [Math.expm1],
  floor: [Math.floor],
  log: [Math.log],
  log1p: [Math.log1p],
  neg: [(x) => -x],
  reciprocal: [(x) => 1 / x],
  rsqrt: [(x) => 1 / Math.sqrt(x)],
  selu: [(x) => 1.0507009873554805 * (x >= 0 ? x : 1.6732632423543772 * Math.expm1(x))],
  // ONNX Runtime's is 0 where it is below 1e-8.
  sigmoid: [(x) => 1 / (1 + Math.exp(-x)), 1e-7],
  sin: [Math.sin],
  sinh: [Math.sinh],
  softplus: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  sqrt: [Math.sqrt],
  square: [(x) => x * x],
  tan: [Math.tan],
  tanh: [Math.tanh],
};

Deno.test("functions of one tensor give what float64 gives over the whole range of float32", async () => {
  await tf.setBackend("onnx");
  const x = tf.tensor1d(RANGE);
  const wrong: string[] = [];
  for (const [name, [reference, absolute = LEAST_NORMAL]] of Object.entries(UNARY)) {
    const fn = (tf as unknown as Record<string, (x: tf.Tensor) => tf.Tensor>)[name];
    const values = await fn(x).data();
    RANGE.forEach((value, i) => {
      const expected = Math.fround(reference(value));
      const isClose = Math.abs(values[i] - expected) <= 2e-6 * Math.abs(expected) + absolute;
      if (values[i] === expected || Number.isNaN(expected) && Number.isNaN(values[i])) return;
      if (!isClose) wrong.push(`${name}(${value}) = ${values[i]}, not ${expected}`);
    });
  }
  await useBackend("cpu");
  assertEquals(wrong, []);
});

Deno.test("integers of what is no number, division by zero and angles of infinities are TensorFlow.js's", async () => {
  const compute = async () => {
    const special = tf.tensor1d([NaN, Infinity, -Infinity, -2.7, 2e9]);
    const zero = tf.tensor1d([0, 0, 2], "int32");
    const infinite = tf.tensor1d([Infinity, -Infinity, Infinity, -Infinity, 1]);
    const other = tf.tensor1d([Infinity, Infinity, -Infinity, -Infinity, Infinity]);
    const results = [
      tf.cast(special, "int32"),
      tf.floorDiv(tf.tensor1d([5, -5, -5], "int32"), zero),
      tf.atan2(infinite, other),
    ];
    return await Promise.all(results.map(async (each) => Array.from(await each.data())));
  };
  await tf.setBackend("onnx");
  const actual = await compute();
  await useBackend("cpu");
  const expected = await compute();
  const rounded = (lists: number[][]) => lists.flat().map((value) => value.toFixed(5));
  assertEquals(rounded(actual), rounded(expected));
});
