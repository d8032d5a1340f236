import { encodeNpz, readNpz } from "../data/npz.ts";
import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import type { LatentClassifier } from "../latent/latent_classifier.ts";
import { parseMixture } from "../latent/mixture_json.ts";
import { classesOf, latentDimOf, type Run, RUN_FILES } from "./run_folder.ts";

/** Where a run's images lie in its latent space, and what its models say of them. */
export interface Latents {
  /** The latent means of the training images, `[count, latentDim]`. */
  readonly z: NdArray<"float32">;
  /** The labels that the classifier predicts for them, `[count]`. */
  readonly labels?: Int32Array;
  /** The true labels of the training images, `[count]`, which a system without labels has not seen. */
  readonly trueLabels?: Int32Array;
  /** The log density of each latent mean under the mixture, in nats, `[count]`. */
  readonly logLikelihood?: Float64Array;
  /** The error of each reconstruction, as `reconstructionErrors()` measures it, `[count]`. */
  readonly reconstructionError?: Float32Array;
  /** The labelled images: latent means `[labelled, latentDim]` and true labels `[labelled]`. */
  readonly labelled?: { readonly z: NdArray<"float32">; readonly labels: Int32Array };
}

/**
 * The bytes of `latents.npz`: the arrays `z`, `label`, `true_label`, `log_likelihood`,
 * `reconstruction_error`, `labelled_z` and `labelled_label`, those that there are.
 */
export function encodeLatents(
  { z, labels, trueLabels, logLikelihood, reconstructionError, labelled }: Latents,
): Uint8Array<ArrayBuffer> {
  const arrays: Record<string, NdArray> = { z };
  if (labels) arrays.label = ndarray("int32", [labels.length], labels);
  if (trueLabels) arrays.true_label = ndarray("int32", [trueLabels.length], trueLabels);
  if (logLikelihood) {
    arrays.log_likelihood = ndarray("float64", [logLikelihood.length], logLikelihood);
  }
  if (reconstructionError) {
    const shape = [reconstructionError.length];
    arrays.reconstruction_error = ndarray("float32", shape, reconstructionError);
  }
  if (labelled) {
    arrays.labelled_z = labelled.z;
    arrays.labelled_label = ndarray("int32", [labelled.labels.length], labelled.labels);
  }
  return encodeNpz(arrays);
}

/**
 * Reads `latents.npz`.
 *
 * @throws {InputError} If it is missing, an array does not fit the others, a value is not finite, or
 * a label is none of the run's classes.
 */
export async function readLatents(run: Run): Promise<Latents> {
  const latentDim = latentDimOf(run);
  const arrays = await readNpz(await run.read(RUN_FILES.latents));
  const fail = (name: string, found: string): never => {
    throw new InputError(`Cannot read "${run.dir}/${RUN_FILES.latents}": ${name} ${found}`);
  };
  const numbers = (name: string, shape: readonly (number | undefined)[]) => {
    const array = arrays[name] ?? fail(name, "is missing");
    const needed = shape.map((size, axis) => size ?? array.shape[axis]);
    if (String(array.shape) !== String(needed)) {
      const sizes = shape.map((size) => size ?? "count");
      fail(name, `has the shape [${array.shape}], [${sizes}] is needed`);
    }
    const values = Float64Array.from(array.data, Number);
    if (!values.every(Number.isFinite)) fail(name, "has a value that is not finite");
    return { shape: array.shape, values };
  };
  const points = (name: string) => {
    const { shape, values } = numbers(name, [undefined, latentDim]);
    return ndarray("float32", shape, Float32Array.from(values));
  };
  const labels = (name: string, count: number) => {
    const values = Int32Array.from(numbers(name, [count]).values);
    const { classes } = run.manifest;
    const other = classes && values.find((label) => !classes.includes(label));
    if (other !== undefined) fail(name, `holds ${other}, which is none of the run's classes`);
    return values;
  };
  const z = points("z");
  const [count] = z.shape;
  const labelledZ = arrays.labelled_z && points("labelled_z");
  return {
    z,
    ...arrays.label && { labels: labels("label", count) },
    ...arrays.true_label && {
      trueLabels: Int32Array.from(numbers("true_label", [count]).values),
    },
    ...arrays.log_likelihood && { logLikelihood: numbers("log_likelihood", [count]).values },
    ...arrays.reconstruction_error && {
      reconstructionError: Float32Array.from(numbers("reconstruction_error", [count]).values),
    },
    ...labelledZ && {
      labelled: { z: labelledZ, labels: labels("labelled_label", labelledZ.shape[0]) },
    },
  };
}

/**
 * Reads `gmm.json`, the mixture of a run.
 *
 * @throws {InputError} If it is missing, damaged or of another run.
 */
export async function readMixture(run: Run): Promise<LatentClassifier> {
  const text = new TextDecoder().decode(await run.read(RUN_FILES.mixture));
  const mixture = parseMixture(text, `${run.dir}/${RUN_FILES.mixture}`);
  const size = mixture.members[0].transform.mean.length;
  const found = [`${size} latent variables`, `the classes ${mixture.classes.join(", ")}`];
  const needed = [
    `${latentDimOf(run)} latent variables`,
    `the classes ${classesOf(run).join(", ")}`,
  ];
  const other = found.findIndex((text, i) => text !== needed[i]);
  if (other === -1) return mixture;
  throw new InputError(
    `Cannot read "${run.dir}/${RUN_FILES.mixture}": it is of ${found[other]}, the run of ${
      needed[other]
    }`,
  );
}
