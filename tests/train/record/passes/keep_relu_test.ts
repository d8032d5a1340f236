import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSame, type Fn } from "./recorded_case.ts";

await useBackend("cpu");

const SHAPES = { x: [4, 5] };
const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-38, -1e-38, 3e38, -3e38];

/** What each step is of: the operator whose result it reads, or the input. */
async function stepsOf(fn: Fn): Promise<string[]> {
  await assertSame(fn, SHAPES, { special: SPECIAL });
  const { nodes } = await assertSame(fn, SHAPES);
  return nodes.filter(({ opType }) => opType === "HardSigmoid").map(({ inputs: [name] }) =>
    nodes.find(({ outputs }) => outputs.includes(name))?.opType ?? name
  );
}

Deno.test("keepRelu() takes the step of a relu's result where there is one", async () => {
  const gradient: Fn = ({ x }) => [
    tf.relu(x),
    tf.grad((x) => tf.sum(tf.square(tf.relu(x))))(x),
  ];
  assertEquals(await stepsOf(gradient), ["Relu"]);
});

Deno.test("keepRelu() leaves steps of other values alone", async () => {
  assertEquals(await stepsOf(({ x }) => tf.step(x)), ["x"]);
  assertEquals(await stepsOf(({ x }) => [tf.relu(x), tf.step(tf.neg(x))]), ["Neg"]);
});
