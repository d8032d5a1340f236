import { InputError } from "../input_error.ts";
import { type ByteFile, MAX_BYTES, openBytes, peek, statOf } from "./bytes.ts";
import { chooseArray } from "./choose_array.ts";
import { isIdx, unzipped } from "./idx.ts";
import { openIdxImages } from "./idx_images.ts";
import { type ImageFolderOptions, openFiles, openImageFolder } from "./image_folder.ts";
import { arrayImages, type ImageSource } from "./image_source.ts";
import type { Scale } from "./images.ts";
import { readLabels } from "./labels.ts";
import { NAMED_DATASETS, type Split } from "./named_datasets.ts";
import { isNpy, openNpy, quoteStart, startsWith } from "./npy.ts";
import { isZip, openNpz } from "./npz.ts";

/** Options of {@linkcode openImages}; those of image folders do nothing to arrays. */
export interface OpenImagesOptions extends ImageFolderOptions {
  /** The `.npz` key of the images. By default one of the common names, {@linkcode IMAGE_KEYS}. */
  imagesKey?: string | undefined;
  /** The `.npz` key of the labels. By default one of the common names, {@linkcode LABEL_KEYS}. */
  labelsKey?: string | undefined;
  /**
   * Whether to read labels. Off, wrong ones are no error.
   *
   * @default {true}
   */
  labels?: boolean | undefined;
  /** What white is if the pixels are integers of only 0 and 1: that of a model's training images. */
  expectedScale?: Scale | undefined;
  /**
   * The most bytes a compressed file may unpack to.
   *
   * @default {4294967296}
   */
  maxBytes?: number | undefined;
}

/**
 * Opens images, whatever holds them: an `.npz`, `.npy` or IDX file (gzipped or not), a folder of PNG and
 * JPEG files or one such file, or a named dataset (`mnist`, `mnist:test`). All is checked here, by
 * reading it once, so that nothing but a file changed meanwhile can fail in the chunks that follow.
 * Only labels and, for `.npy` and `.npz` in Fortran order, the one array are held in memory.
 *
 * @throws {InputError} If there are no images there, or a file, a pixel or a label is wrong.
 */
export async function openImages(
  path: string,
  options: OpenImagesOptions = {},
): Promise<ImageSource> {
  const source = await namedDataset(path) ?? await openPath(path, options);
  if (options.labels !== false) return source;
  const { labels: _labels, classNames: _classNames, ...unlabelled } = source;
  return unlabelled;
}

/** A file of the same name comes before the dataset. */
async function namedDataset(path: string): Promise<ImageSource | undefined> {
  const [name, split = "train", ...rest] = path.split(":");
  if (!Object.hasOwn(NAMED_DATASETS, name) || rest.length > 0 || await exists(path)) {
    return undefined;
  }
  if (split !== "train" && split !== "test") {
    throw new InputError(
      `Cannot open the dataset ${name}: it has no part "${split}", ${name}:train or ${name}:test is needed`,
    );
  }
  return await NAMED_DATASETS[name].open(split satisfies Split);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function openPath(path: string, options: OpenImagesOptions): Promise<ImageSource> {
  if ((await statOf(path)).isDirectory) return await openImageFolder(path, options);
  const file = await openBytes(path);
  const start = await peek(file, 8);
  if (startsWith(start, "\x89PNG") || startsWith(start, "\xff\xd8\xff")) {
    return await openFiles([path], options);
  }
  if (isZip(start)) return await openNpzImages(file, options);
  const source = await unzipped(file, { maxBytes: options.maxBytes ?? MAX_BYTES });
  const inside = await peek(source, 8);
  if (isNpy(inside)) return await arrayImages(await openNpy(source), options);
  if (isIdx(inside)) return await openIdxImages(path, options);
  throw new InputError(
    `Cannot read ${source.name}: it begins with ${quoteStart(inside)}, ` +
      "an .npz, .npy or IDX file, or a folder of PNG or JPEG images is needed",
  );
}

async function openNpzImages(file: ByteFile, options: OpenImagesOptions): Promise<ImageSource> {
  const { imagesKey, labelsKey, maxBytes = MAX_BYTES } = options;
  const arrays = await openNpz(file, { maxBytes });
  const { name } = file;
  const chosen = await chooseArray(arrays, { name, key: imagesKey, wanted: "images" });
  const array = await openNpy(chosen!);
  const labelSource = options.labels === false
    ? undefined
    : await chooseArray(arrays, { name, key: labelsKey, wanted: "labels" });
  // Labels first: they are small, and all of them wrong is found before a long look at the pixels.
  const labels = labelSource === undefined
    ? undefined
    : await readLabels(await openNpy(labelSource), { count: array.shape[0] });
  const images = await arrayImages(array, options);
  return labels === undefined ? images : { ...images, labels };
}
