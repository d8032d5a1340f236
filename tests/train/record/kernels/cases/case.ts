import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../../../../lib/array/random.ts";

/** One computation that runs a kernel, to be compared with TensorFlow.js's own `cpu` backend. */
export interface KernelCase {
  /** The kernel that it is about; it may run others besides. */
  readonly kernel: string;
  /** Sets cases of one kernel apart. */
  readonly about?: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  readonly compute: (inputs: Tensors) => tf.Tensor | tf.Tensor[];
  /** The greatest difference allowed, relative to the expected value or to 1. @default {1e-6} */
  readonly tolerance?: number;
}

/** The values of an input. */
export interface CaseInput {
  readonly shape: number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: number[];
}

// deno-lint-ignore no-explicit-any -- cases use tensors of every rank
type Tensors = Record<string, tf.Tensor<any>>;

const random = new Random(7, "kernel cases");

/** Normal numbers, shifted and scaled; a fixed sequence. */
export function normal(shape: number[], { mean = 0, scale = 1 } = {}): CaseInput {
  const values = Array.from(
    random.normals(tf.util.sizeFromShape(shape)),
    (value) => mean + scale * value,
  );
  return { shape, dtype: "float32", values };
}

/** Uniform numbers. */
export function uniform(shape: number[], low: number, high: number): CaseInput {
  const length = tf.util.sizeFromShape(shape);
  const values = Array.from({ length }, () => low + (high - low) * random.uniform());
  return { shape, dtype: "float32", values };
}

export function floats(...values: number[]): CaseInput {
  return { shape: [values.length], dtype: "float32", values };
}

export function ints(...values: number[]): CaseInput {
  return { shape: [values.length], dtype: "int32", values };
}

export function bools(...values: number[]): CaseInput {
  return { shape: [values.length], dtype: "bool", values };
}

/** Where most functions of one number have their corners. */
export const CORNERS = floats(-7.5, -2, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 2, 6, 7.5);

export function unary(
  kernel: string,
  compute: (x: tf.Tensor) => tf.Tensor,
  x = CORNERS,
): KernelCase {
  return { kernel, inputs: { x }, compute: ({ x }) => compute(x) };
}

export function binary(
  kernel: string,
  compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  [a, b]: [CaseInput, CaseInput] = [normal([2, 1, 3]), normal([4, 1])],
): KernelCase {
  return { kernel, inputs: { a, b }, compute: ({ a, b }) => compute(a, b) };
}
