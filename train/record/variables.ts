import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray } from "../../lib/array/ndarray.ts";

/** Variables by name. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** The values of variables, by name. */
export async function readVariables(variables: Variables): Promise<Record<string, NdArray>> {
  const values: Record<string, NdArray> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const data = await variable.data();
    values[name] = ndarray(variable.dtype as DType, variable.shape, data.slice() as Float32Array);
  }
  return values;
}

/** Gives variables the values that they had when {@linkcode readVariables} read them. */
export function writeVariables(
  variables: Variables,
  values: Readonly<Record<string, NdArray>>,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const { data, shape } = values[name];
    tf.tidy(() =>
      variable.assign(tf.tensor(data as Float32Array, [...shape], variable.dtype as "float32"))
    );
  }
}
