import { readNpy } from "../../lib/data/npy.ts";
import { InputError } from "../../lib/input_error.ts";

/**
 * Reads how much each training image counts.
 *
 * @param path Of a `.npy` file, `[count]`.
 * @throws {InputError} If it cannot be read, holds other than one number an image, a negative one, or
 * none above 0.
 */
export async function readSampleWeights(
  path: string,
  { count }: { count: number },
): Promise<Float32Array> {
  const { shape, data } = await readNpy(path);
  const fail = (found: string) => new InputError(`Cannot use --sample-weight "${path}": ${found}`);
  if (shape.length !== 1 || shape[0] !== count) {
    throw fail(
      `it has the shape [${shape}], there are ${count} training images, one number each is needed`,
    );
  }
  const weights = Float32Array.from(data as Float32Array, Number);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0) {
    throw fail(
      `number ${wrong} (the first is 0) is ${weights[wrong]}, finite numbers from 0 are needed`,
    );
  }
  if (!weights.some((weight) => weight > 0)) {
    throw fail("every number is 0, at least one must be above");
  }
  return weights;
}
