import type { Images, LabelledImages } from "../data/dataset.ts";
import { encodeNpz, readNpz } from "../data/npz.ts";
import { InputError } from "../input_error.ts";
import { type NdArray, ndarray } from "../array/ndarray.ts";
import { take } from "../array/rows.ts";
import { type Run, RUN_FILES } from "./run_folder.ts";

/** The roles of the images that a report can show. */
export const EXAMPLE_ROLES = ["train", "labelled", "test"] as const;

/** What the variance of the encoder's distribution is multiplied by in the samples of an image. */
export const SAMPLED_VARIANCES = [1, 20] as const;

/** Images with their reconstructions and heat maps, in the same order. */
export interface ExampleSet {
  readonly images: Images;
  /** What the encoder saw of each, where noise was added. */
  readonly corrupted?: Images;
  /** The reconstruction of each. */
  readonly reconstructed?: Images;
  /**
   * Rows of as many images, each decoded from a sample of the encoder's distribution of its image:
   * equally many rows for each of {@linkcode SAMPLED_VARIANCES}.
   */
  readonly sampled?: Images;
  /** Where a classifier looks, such as Grad-CAM: one channel in [0, 1], as large as the images. */
  readonly heat?: Images;
}

/** The images that a report shows. */
export interface Examples extends Partial<Record<typeof EXAMPLE_ROLES[number], ExampleSet>> {
  /** Generated images. */
  readonly samples?: Images;
  /** What the same ten samples were after some epochs, `[epochs * 10, …]`. */
  readonly progress?: { readonly epochs: Int32Array; readonly images: Images };
  /**
   * Rows of equally many images, one below the other: given parts, the answers of a network without
   * latent variables, several completions, the whole images.
   */
  readonly completions?: Images;
  /** The vectors of a codebook, and some that the encoder gave, `[count, codeDim]` each. */
  readonly codebook?: { readonly codes: NdArray<"float32">; readonly vectors: NdArray<"float32"> };
  /** How often each code of a codebook is used, `[codes]`. */
  readonly codes?: Int32Array;
}

/** How many images of each kind a report shows. */
const COUNT = 10;

/**
 * The first images of each class, equally many of each, the classes in turn: ten in all.
 *
 * @param options `atLeastOneEach`: more of them where there are more classes.
 */
export function pickExamples(
  { images, labels }: LabelledImages,
  { atLeastOneEach = false }: { atLeastOneEach?: boolean } = {},
): Images {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const rows = classes.map((label) =>
    [...labels.keys()].filter((row) => labels[row] === label).slice(0, COUNT)
  );
  const picked: number[][] = rows.map(() => []);
  const count = Math.min(Math.max(COUNT, atLeastOneEach ? classes.length : 0), rows.flat().length);
  for (let i = 0; picked.flat().length < count; i++) {
    const next = rows[i % rows.length][Math.floor(i / rows.length)];
    if (next !== undefined) picked[i % rows.length].push(next);
  }
  return take(images, picked.flat());
}

/**
 * The bytes of `examples.npz`: for each role the arrays `<role>`, `<role>_corrupted`,
 * `<role>_reconstructed`, `<role>_sampled` and `<role>_heat`, then `samples`, `progress`, `progress_epoch`, `completions`,
 * `codebook`, `vectors` and `codes`, those that there are.
 */
export function encodeExamples(examples: Examples): Uint8Array<ArrayBuffer> {
  const { samples, progress, completions, codebook, codes } = examples;
  const arrays: Record<string, NdArray> = {};
  for (const role of EXAMPLE_ROLES) {
    const { images, corrupted, reconstructed, sampled, heat } = examples[role] ?? {};
    if (images) arrays[role] = images;
    if (corrupted) arrays[`${role}_corrupted`] = corrupted;
    if (reconstructed) arrays[`${role}_reconstructed`] = reconstructed;
    if (sampled) arrays[`${role}_sampled`] = sampled;
    if (heat) arrays[`${role}_heat`] = heat;
  }
  if (samples) arrays.samples = samples;
  if (progress) {
    arrays.progress = progress.images;
    arrays.progress_epoch = ndarray("int32", [progress.epochs.length], progress.epochs);
  }
  if (completions) arrays.completions = completions;
  if (codebook) {
    arrays.codebook = codebook.codes;
    arrays.vectors = codebook.vectors;
  }
  if (codes) arrays.codes = ndarray("int32", [codes.length], codes);
  return encodeNpz(arrays, { compress: true });
}

/**
 * Reads `examples.npz`.
 *
 * @throws {InputError} If it is missing, an array does not have the shape that the run's images
 * have, or a value is out of its range.
 */
export async function readExamples(run: Run): Promise<Examples> {
  const arrays = await readNpz(await run.read(RUN_FILES.examples));
  const fail = (name: string, found: string): never => {
    throw new InputError(`Cannot read "${run.dir}/${RUN_FILES.examples}": ${name} ${found}`);
  };
  const { imageShape } = run.manifest;
  const images = (
    name: string,
    [height, width, channels]: readonly number[] = imageShape,
    count?: number,
  ): Images => {
    const { dtype, shape, data } = arrays[name];
    const needed = [count ?? shape[0], height, width, channels];
    if (String(shape) !== String(needed)) {
      fail(name, `has the shape [${shape}], [${count ?? "count"},${needed.slice(1)}] is needed`);
    }
    if (dtype !== "uint8" && dtype !== "float32") return fail(name, "is neither uint8 nor float32");
    // Generated pixels may lie a little outside where a decoder has no sigmoid.
    const isGenerated = name === "samples" || name === "progress" || name === "completions" ||
      /_(reconstructed|sampled)$/.test(name);
    const isValid = (value: number) =>
      isGenerated ? Number.isFinite(value) : value >= 0 && value <= 1;
    if (data instanceof Float32Array && !data.every(isValid)) {
      fail(name, `has a value that is not ${isGenerated ? "finite" : "in [0, 1]"}`);
    }
    return arrays[name] as Images;
  };
  const examples: { -readonly [K in keyof Examples]: Examples[K] } = {};
  for (const role of EXAMPLE_ROLES) {
    if (arrays[role] === undefined) continue;
    const shown = images(role);
    const [corrupted, reconstructed, sampled, heat] = [
      "corrupted",
      "reconstructed",
      "sampled",
      "heat",
    ].map((kind) => `${role}_${kind}`);
    const samples = arrays[sampled] && images(sampled);
    if (samples && samples.shape[0] % (SAMPLED_VARIANCES.length * shown.shape[0]) !== 0) {
      fail(sampled, `has ${samples.shape[0]} images, rows of ${shown.shape[0]} are needed`);
    }
    examples[role] = {
      images: shown,
      ...arrays[corrupted] && { corrupted: images(corrupted, imageShape, shown.shape[0]) },
      ...arrays[reconstructed] && {
        reconstructed: images(reconstructed, imageShape, shown.shape[0]),
      },
      ...samples && { sampled: samples },
      ...arrays[heat] && { heat: images(heat, [...shown.shape.slice(1, 3), 1], shown.shape[0]) },
    };
  }
  if (arrays.samples) examples.samples = images("samples");
  if (arrays.progress && arrays.progress_epoch) {
    const epochs = Int32Array.from(arrays.progress_epoch.data, Number);
    examples.progress = { epochs, images: images("progress", imageShape, 10 * epochs.length) };
  }
  if (arrays.completions) examples.completions = images("completions");
  if (arrays.codebook && arrays.vectors) {
    const vectors = (name: string) => {
      const { dtype, shape, data } = arrays[name];
      if (shape.length !== 2 || shape[1] !== arrays.codebook.shape[1]) {
        fail(name, `has the shape [${shape}], [count,${arrays.codebook.shape[1]}] is needed`);
      }
      if (dtype !== "float32" || !(data as Float32Array).every(Number.isFinite)) {
        fail(name, "holds something other than finite float32 numbers");
      }
      return arrays[name] as NdArray<"float32">;
    };
    examples.codebook = { codes: vectors("codebook"), vectors: vectors("vectors") };
  }
  if (arrays.codes) {
    const codes = Int32Array.from(arrays.codes.data, Number);
    if (codes.some((count) => count < 0)) fail("codes", "has a negative count");
    examples.codes = codes;
  }
  return examples;
}
