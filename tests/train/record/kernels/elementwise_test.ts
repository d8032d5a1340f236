import { assert } from "@std/assert";
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
