import { encodeNpz, readNpz } from "../data/npz.ts";
import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";

/** The name of the file in a run folder. */
export const LATENTS_FILE = "latents.npz";

/** Where a run's images lie in its latent space: what is left of them in the run folder. */
export interface Latents {
  /** The latent means of the images that were learned from, `[count, latentDim]`. */
  readonly z: NdArray<"float32">;
  /** The labels that the classifier gives them, `[count]`. */
  readonly labels: Int32Array;
  /**
   * How badly each one is reconstructed, as `reconstructionErrors()` measures it, `[count]`.
   * A run that does not keep it refuses images by their likelihood alone.
   */
  readonly reconstructionError?: Float32Array | undefined;
  /** The latent means of the labelled images, `[labelled, latentDim]`. */
  readonly labelledZ: NdArray<"float32">;
  /** Their true labels, `[labelled]`. */
  readonly labelledLabels: Int32Array;
}

/**
 * The bytes of `latents.npz`: the arrays `z`, `label`, `labelled_z`, `labelled_label` and, if known,
 * `reconstruction_error`.
 */
export function encodeLatents(latents: Latents): Uint8Array<ArrayBuffer> {
  const { z, labels, reconstructionError, labelledZ, labelledLabels } = latents;
  return encodeNpz({
    z,
    label: ndarray("int32", [labels.length], labels),
    ...reconstructionError === undefined ? {} : {
      reconstruction_error: ndarray("float32", [reconstructionError.length], reconstructionError),
    },
    labelled_z: labelledZ,
    labelled_label: ndarray("int32", [labelledLabels.length], labelledLabels),
  });
}

/**
 * Reads what {@linkcode encodeLatents} wrote.
 *
 * @throws {InputError} If an array is missing or does not fit the others.
 */
export async function readLatents(bytes: Uint8Array, latentDim: number): Promise<Latents> {
  const arrays = await readNpz(bytes);
  const read = (name: string, columns: readonly number[], rows?: number): NdArray => {
    const array = arrays[name];
    const wanted = [rows ?? array?.shape[0], ...columns];
    if (array === undefined || String(array.shape) !== String(wanted)) {
      const found = array === undefined ? "it is missing" : `its shape is [${array.shape}]`;
      const needed = [rows ?? "count", ...columns].join(",");
      throw new InputError(
        `Cannot read ${LATENTS_FILE}: of its array "${name}" ${found}, [${needed}] is needed`,
      );
    }
    return array;
  };
  const floats = (name: string, columns: readonly number[], rows?: number) => {
    const { shape, data } = read(name, columns, rows);
    return ndarray("float32", shape, Float32Array.from(data, Number));
  };
  const labels = (name: string, rows: number) => Int32Array.from(read(name, [], rows).data, Number);
  const z = floats("z", [latentDim]);
  const labelledZ = floats("labelled_z", [latentDim]);
  const [count] = z.shape;
  return {
    z,
    labels: labels("label", count),
    reconstructionError: arrays.reconstruction_error === undefined
      ? undefined
      : floats("reconstruction_error", [], count).data,
    labelledZ,
    labelledLabels: labels("labelled_label", labelledZ.shape[0]),
  };
}
