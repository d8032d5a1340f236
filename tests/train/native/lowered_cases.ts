import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { kernelsWithoutRule, type LoweredStep, lowerStep } from "../../../train/native/lower.ts";
import { record, type Recording } from "../../../train/record/mod.ts";
import type { CaseInput, KernelCase } from "../record/kernels/cases/mod.ts";

/** Kernel cases as one step: their inputs and outputs are its variables. */
export interface LoweredCases {
  readonly lowered: LoweredStep;
  readonly values: Record<string, NdArray>;
  /** The variable that holds each output, by case. */
  readonly outputs: readonly (readonly string[])[];
}

/** The kernels of a case that have no C rule. */
export function missingRules({ inputs, compute }: KernelCase): string[] {
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
