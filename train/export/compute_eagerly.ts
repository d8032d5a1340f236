import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import type { Computation } from "./free_sizes.ts";

/**
 * What the active TensorFlow.js backend gives; where it lacks a kernel, what `cpu` does.
 *
 * @param options.isOptional Whether it may throw; it then gives nothing.
 */
export async function computeEagerly(
  fn: Computation,
  inputs: Readonly<Record<string, NdArray>>,
  { isOptional = false }: { isOptional?: boolean } = {},
): Promise<Record<string, NdArray> | undefined> {
  const compute = () =>
    tf.tidy(() => {
      const tensors = Object.entries(inputs).map(([name, { data, shape, dtype }]) => [
        name,
        tf.tensor(data as Float32Array, [...shape], dtype as "float32"),
      ]);
      // Copies: the function may give a tensor that is not its own.
      const outputs = Object.entries(fn(Object.fromEntries(tensors)));
      return Object.fromEntries(outputs.map(([name, tensor]) => [name, tf.clone(tensor)]));
    });
  try {
    const tensors = onBackends(compute);
    const arrays: [string, NdArray][] = [];
    for (const [name, tensor] of Object.entries(tensors)) {
      const data = await tensor.data() as Float32Array;
      arrays.push([name, ndarray(tensor.dtype as DType, tensor.shape, data as never)]);
      tensor.dispose();
    }
    return Object.fromEntries(arrays);
  } catch (error) {
    if (isOptional) return undefined;
    throw error;
  }
}

/** What a function gives on the active backend, or on `cpu` if it throws there. */
function onBackends<T>(compute: () => T): T {
  const active = tf.getBackend();
  try {
    return compute();
  } catch (error) {
    if (active === "cpu") throw error;
    tf.setBackend("cpu");
    try {
      return compute();
    } finally {
      tf.setBackend(active);
    }
  }
}
