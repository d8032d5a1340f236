import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { CompiledStep } from "../../../train/native/compiled_step.ts";
import { findCompiler } from "../../../train/native/compiler.ts";
import { builtLibrary } from "../../../train/native/library.ts";
import { RULES } from "../../../train/record/kernels/rules.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { KERNEL_CASES, type KernelCase } from "../record/kernels/cases/mod.ts";
import { lowerCases, missingRules } from "./lowered_cases.ts";
import { C_RULES } from "../../../train/native/rules/mod.ts";

await useBackend("cpu");

/** Kernels that no step of a system records; the engine `onnx` takes a step that has one. */
const WITHOUT_RULE = (
  "Bincount BroadcastArgs CropAndResize DenseBincount Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput GatherNd LRN LRNGrad MaxPoolWithArgmax MirrorPad Multinomial NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad RotateWithOffset ScatterNd SearchSorted SparseToDense TensorScatterUpdate TopK Transform Unique"
).split(" ");

Deno.test("every kernel has a C rule, or is in the list of those without", () => {
  const missing = [...RULES.keys()].filter((kernel) => !Object.hasOwn(C_RULES, kernel));
  assertEquals(missing.sort(), [...WITHOUT_RULE].sort());
});

const CASES = KERNEL_CASES.filter((each) => missingRules(each).length === 0);

Deno.test("compiled kernels give what TensorFlow.js gives", async (t) => {
  const { lowered, values, outputs } = lowerCases(CASES);
  const path = await builtLibrary(lowered.source, { compiler: await findCompiler() });
  const step = new CompiledStep(lowered, { path, threads: 2, values });
  const rows = ndarray("float32", [4], new Float32Array(4));
  await step.run({ given: { rows }, indices: ndarray("int32", [1, 4], new Int32Array(4)) });
  const results = step.variables();
  step.dispose();
  for (const [i, kernelCase] of CASES.entries()) {
    const { kernel, about, tolerance = 1e-6 } = kernelCase;
    await t.step(`kernel ${kernel}${about ? ` (${about})` : ""}`, async () => {
      const expected = await runEagerly(kernelCase);
      for (const [k, values] of expected.entries()) {
        assertClose(Array.from(results[outputs[i][k]].data, Number), values, tolerance);
      }
    });
  }
});

/** Runs a case on TensorFlow.js's `cpu` backend. */
async function runEagerly({ inputs, compute }: KernelCase): Promise<number[][]> {
  const tensors = Object.entries(inputs).map(([name, { values, shape, dtype }]) => [
    name,
    tf.tensor(values, shape, dtype),
  ]);
  const outputs = [compute(Object.fromEntries(tensors))].flat();
  return await Promise.all(outputs.map(async (output) => Array.from(await output.data(), Number)));
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number) {
  assertEquals(actual.length, expected.length);
  expected.forEach((value, i) => {
    const isClose = Object.is(actual[i], value) ||
      Math.abs(actual[i] - value) <= tolerance * Math.max(1, Math.abs(value));
    assert(isClose, `element ${i} is ${actual[i]}, expected ${value}`);
  });
}
