import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { RULES } from "../../../../train/record/kernels/rules.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";
import { type CaseInput, KERNEL_CASES, type KernelCase } from "./cases/mod.ts";

await useBackend("cpu");

/** Kernels of ours, whose numbers no other backend draws: random_test.ts tests them. */
const DRAWINGS = ["randomNormal", "randomUniform", "truncatedNormal"];

Deno.test("the kernel cases name every kernel that has a rule, and no other", () => {
  const named = new Set([...KERNEL_CASES.map(({ kernel }) => kernel), ...DRAWINGS]);
  assertEquals([...named].sort(), [...RULES.keys()].sort());
});

for (const kernelCase of KERNEL_CASES) {
  const { kernel, about } = kernelCase;
  Deno.test(`kernel ${kernel}${about ? ` (${about})` : ""} gives what TensorFlow.js gives`, async () => {
    const { kernels, results: expected } = await runEagerly(kernelCase);
    const results = await runRecorded(kernelCase);
    // A case that never reaches its kernel would pass whatever the rule says.
    assert(kernels.has(kernel), `the case runs only ${[...kernels]}`);
    assertEquals(results.map(({ shape }) => shape), expected.map(({ shape }) => shape));
    for (const [i, { values }] of expected.entries()) {
      assertClose(results[i].values, values, kernelCase.tolerance ?? 1e-6);
    }
  });
}

interface Result {
  readonly shape: readonly number[];
  readonly values: number[];
}

/** Runs a case on TensorFlow.js's `cpu` backend. */
async function runEagerly({ inputs, compute }: KernelCase) {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { values, shape, dtype }]) => [
      name,
      tf.tensor(values, shape, dtype),
    ]),
  );
  const outputs: tf.Tensor[] = [];
  const { kernelNames } = await tf.profile(() => {
    outputs.push(...[compute(tensors)].flat());
    return outputs;
  });
  const results = await Promise.all(outputs.map(async (output) => ({
    shape: output.shape,
    values: Array.from(await output.data(), Number),
  })));
  return { kernels: new Set(kernelNames), results };
}

/** Records a case, and runs the recording. */
async function runRecorded({ inputs, compute }: KernelCase) {
  const recording = record((tensors) => {
    const outputs = [compute(tensors)].flat();
    return Object.fromEntries(outputs.map((output, i) => [`output_${i}`, output]));
  }, inputs);
  const session = await createSession({ graph: emitGraph(recording), opset: 17 });
  const feeds = Object.entries(inputs).map(([name, input]) => [name, toArray(input)]);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.values(outputs).map(({ shape, data }) => ({
    shape,
    values: Array.from(data, Number),
  }));
}

function toArray({ dtype, shape, values }: CaseInput) {
  if (dtype === "float32") return ndarray("float32", shape, Float32Array.from(values));
  if (dtype === "int32") return ndarray("int32", shape, Int32Array.from(values));
  return ndarray("bool", shape, Uint8Array.from(values));
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number) {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => {
    const isClose = Object.is(actual[i], value) ||
      Math.abs(actual[i] - value) <= tolerance * Math.max(1, Math.abs(value));
    assert(isClose, `element ${i} is ${actual[i]}, expected ${value}`);
  });
}
