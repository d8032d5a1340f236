import type { NdArray } from "../../lib/array/ndarray.ts";
import { toFloat32 } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Graph } from "../../lib/onnx/mod.ts";

/**
 * Examples to calibrate with, by the inputs of a graph; bytes are pixels and become [0, 1].
 *
 * @param arrays By name; the only one serves the only input, whatever its name.
 * @throws {InputError} If an input has none of its shape.
 */
export function calibrationExamples(
  { inputs }: Graph,
  arrays: Readonly<Record<string, NdArray>>,
): Record<string, NdArray> {
  const names = Object.keys(arrays);
  return Object.fromEntries(inputs.map(({ name, dtype, shape }) => {
    const array = arrays[inputs.length === 1 && names.length === 1 ? names[0] : name];
    if (array === undefined) {
      throw new InputError(
        `Cannot calibrate: there are no examples for input "${name}", an array of that name is needed (${
          names.join(", ")
        })`,
      );
    }
    const examples = array.dtype === "uint8" && dtype === "float32"
      ? toFloat32(array as NdArray<"uint8">)
      : array;
    const fits = examples.dtype === dtype && examples.shape.length === shape.length &&
      shape.every((size, axis) => typeof size === "string" || size === examples.shape[axis]);
    if (!fits || examples.data.length === 0) {
      throw new InputError(
        `Cannot calibrate: the examples for input "${name}" are ${array.dtype} [${array.shape}], ${dtype} [${shape}] is needed`,
      );
    }
    return [name, examples];
  }));
}
