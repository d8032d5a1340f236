import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { CompiledStep } from "../../../train/native/compiled_step.ts";
import { COMPILERS, findCompiler } from "../../../train/native/compiler.ts";
import { builtLibrary } from "../../../train/native/library.ts";
import { kernelsWithoutRule, type LoweredStep, lowerStep } from "../../../train/native/lower.ts";
import { record, type Recording } from "../../../train/record/mod.ts";
import { type CaseInput, KERNEL_CASES, type KernelCase } from "../record/kernels/cases/mod.ts";

/** Kernel cases as one step: their inputs and outputs are its variables. */
export interface LoweredCases {
  readonly lowered: LoweredStep;
  readonly values: Record<string, NdArray>;
  /** The variable that holds each output, by case. */
  readonly outputs: readonly (readonly string[])[];
}

/** The kernels of a case that have no C rule. */
function missingRules({ inputs, compute }: KernelCase): string[] {
  return kernelsWithoutRule(record((tensors) => named(compute(tensors), "output"), inputs));
}

/** Lowers cases to one step. */
export function lowerCases(cases: readonly KernelCase[]): LoweredCases {
  const inputs: Record<string, CaseInput> = {};
  cases.forEach((each, i) => {
    for (const [name, input] of Object.entries(each.inputs)) inputs[inputName(i, name)] = input;
  });
  const outputs: string[][] = [];
  const recording = record((tensors) => {
    const all: Record<string, tf.Tensor> = {};
    cases.forEach(({ inputs, compute }, i) => {
      const own = Object.keys(inputs).map((name) => [name, tensors[inputName(i, name)]]);
      const results = named(compute(Object.fromEntries(own)), `new/variable_${i}/output`);
      outputs.push(Object.keys(results).map((name) => name.slice("new/".length)));
      Object.assign(all, results);
    });
    return all;
  }, inputs);
  const slots = outputs.flat().map((name): [string, Recording["inputs"][string]] => {
    const { shape, dtype } = recording.outputs[`new/${name}`];
    return [name, { shape, dtype, source: { kind: "input", name } }];
  });
  const rows = { shape: [4], dtype: "float32", source: { kind: "input", name: "rows" } } as const;
  const whole = {
    inputs: { rows, ...recording.inputs, ...Object.fromEntries(slots) },
    outputs: recording.outputs,
  };
  const values = Object.fromEntries([
    ...Object.entries(inputs).map(([name, input]) => [name, arrayOf(input)]),
    ...slots.map(([name, { shape, dtype }]) => [
      name,
      arrayOf({
        shape: [...shape],
        dtype: dtype as "float32",
        values: Array(tf.util.sizeFromShape([...shape])).fill(0),
      }),
    ]),
  ]);
  const lowered = lowerStep(whole, { rowTypes: { rows: "float32" }, lossNames: [] });
  return { lowered, values, outputs };
}

/** The memory that a step starts from. */
export function memoryOf({ lowered, values }: LoweredCases): Uint8Array {
  const memory = new Uint8Array(lowered.bytes);
  for (const { name, offset, value: { node } } of lowered.places) {
    const { data } = (node.kind === "given" && node.array) || values[name];
    memory.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
  }
  return memory;
}

function inputName(i: number, name: string): string {
  return `variable_${i}/${name}`;
}

function named(outputs: tf.Tensor | tf.Tensor[], prefix: string): Record<string, tf.Tensor> {
  return Object.fromEntries([outputs].flat().map((output, i) => [`${prefix}_${i}`, output]));
}

function arrayOf({ dtype, shape, values }: CaseInput): NdArray {
  if (dtype === "float32") return ndarray("float32", shape, Float32Array.from(values));
  if (dtype === "int32") return ndarray("int32", shape, Int32Array.from(values));
  return ndarray("bool", shape, Uint8Array.from(values));
}

/** The cases of which every kernel has a C rule. */
export const CASES = KERNEL_CASES.filter((each) => missingRules(each).length === 0);

/** A case whose inputs are known while recording, and repeat one number each. */
export function withOneNumber({ inputs, compute, ...rest }: KernelCase): KernelCase {
  const numbers = Object.entries(inputs).map(([name, { shape, dtype, values }]) =>
    [name, { shape, dtype, values: values.map(() => values[0]) }] as const
  );
  return {
    ...rest,
    inputs: {},
    compute: () =>
      compute(Object.fromEntries(numbers.map(([name, { values, shape, dtype }]) => [
        name,
        tf.tensor(values as number[], shape as number[], dtype),
      ]))),
  };
}

/** Compiles the cases and holds each to what TensorFlow.js's `cpu` backend gives. */
export async function checkCases(
  t: Deno.TestContext,
  flags: readonly string[],
  { compilers = COMPILERS, cases = CASES }: {
    compilers?: readonly string[];
    cases?: readonly KernelCase[];
  } = {},
): Promise<void> {
  const { lowered, values, outputs } = lowerCases(cases);
  const path = await builtLibrary(lowered.source, {
    compiler: await findCompiler(compilers),
    flags,
  });
  const step = new CompiledStep(lowered, { path, threads: 2, values });
  const rows = ndarray("float32", [4], new Float32Array(4));
  await step.run({ given: { rows }, indices: ndarray("int32", [1, 4], new Int32Array(4)) });
  const results = step.variables();
  step.dispose();
  for (const [i, kernelCase] of cases.entries()) {
    const { kernel, about, tolerance = 1e-6 } = kernelCase;
    await t.step(`kernel ${kernel}${about ? ` (${about})` : ""}`, async () => {
      const expected = await runEagerly(kernelCase);
      for (const [k, values] of expected.entries()) {
        assertClose(Array.from(results[outputs[i][k]].data, Number), values, tolerance);
      }
    });
  }
}

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
