import { exists } from "../files/out_path.ts";
import { InputError } from "../input_error.ts";
import { type ByteFile, MAX_BYTES, openBytes, peek, statOf } from "./bytes.ts";
import { chooseArray, hasRole, type Role } from "./choose_array.ts";
import { isCifar, openCifar } from "./cifar.ts";
import { namesOfClasses } from "./classes.ts";
import { isIdx, unzipped } from "./idx.ts";
import { openIdxImages } from "./idx_images.ts";
import { IMAGE_KINDS, isImage } from "./image_file.ts";
import { type ImageFolderOptions, openFiles, openImageFolder } from "./image_folder.ts";
import { arrayImages, convertSource, type ImageSource, type WhiteOptions } from "./image_source.ts";
import { readNpyLabels } from "./labels.ts";
import { NAMED_DATASETS, type Split } from "./named_datasets.ts";
import { isNpy, openNpy, quoteStart } from "./npy.ts";
import { isZip, openNpz } from "./npz.ts";
import { isParquet } from "./parquet.ts";
import { openParquetImages } from "./parquet_images.ts";
import { listShards, openShards } from "./shards.ts";
import { platform } from "../platform/platform.ts";

/** Options of {@linkcode openImages}. */
export interface OpenImagesOptions extends ImageFolderOptions, WhiteOptions {
  /** The `.npz` key of the images. By default one of the role, or a common name, {@linkcode IMAGE_KEYS}. */
  imagesKey?: string | undefined;
  /** The `.npz` key of the labels. By default one of the role, or a common name, {@linkcode LABEL_KEYS}. */
  labelsKey?: string | undefined;
  /** What the images are for: of an `.npz` with several parts, such as Keras's `x_train`, that one is read. */
  role?: Role | undefined;
  /** What stands before `images-key` and `labels-key` in the flags that give keys. @default {""} */
  keyPrefix?: string | undefined;
  /** Whether to read labels. Off, wrong ones are no error. @default {true} */
  labels?: boolean | undefined;
  /** The most bytes a compressed file may unpack to. @default {4294967296} */
  maxBytes?: number | undefined;
}

/**
 * Opens images, whatever holds them: an `.npz`, `.npy`, Parquet or IDX file (gzipped or not), a folder
 * of `.npz` and Parquet files or of image files or one such file, or a named dataset (`mnist`,
 * `mnist:test`). All is checked here, by
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
  const converted = convertSource(source, options);
  if (options.labels !== false) return converted;
  const { labels, classNames, ...unlabelled } = converted;
  return labels === undefined
    ? unlabelled
    : { ...unlabelled, unusedClasses: namesOfClasses({ labels, ...classNames && { classNames } }) };
}

/** Whether a path holds labelled test images beside those to train on, under names of their own. */
export async function holdsTestImages(
  path: string,
  options: { maxBytes?: number | undefined } = {},
): Promise<boolean> {
  if (await isCifar(path, options.maxBytes)) return true;
  if (!(await platform.stat(path).catch(() => undefined))?.isFile) return false;
  const file = await openBytes(path);
  const { maxBytes = MAX_BYTES } = options;
  return isZip(await peek(file, 8)) && hasRole(await openNpz(file, { maxBytes }), "test");
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

async function openPath(path: string, options: OpenImagesOptions): Promise<ImageSource> {
  const cifar = await openCifar(path, options);
  if (cifar !== undefined) return cifar;
  if ((await statOf(path)).isDirectory) {
    const shards = await listShards(path);
    if (shards.length === 0) return await openImageFolder(path, options);
    return await openShards(
      path,
      shards,
      async (shard) => convertSource(await openPath(shard, options), options),
    );
  }
  const file = await openBytes(path);
  const start = await peek(file, 12);
  if (isImage(start)) {
    const { rows: _rows, ...source } = await openFiles([path], options);
    return source;
  }
  if (isZip(start)) return await openNpzImages(file, options);
  if (isParquet(start)) return await openParquetImages(file, options);
  const source = await unzipped(file, { maxBytes: options.maxBytes ?? MAX_BYTES });
  const inside = await peek(source, 8);
  if (isNpy(inside)) return await arrayImages(await openNpy(source), options);
  if (isIdx(inside)) return await openIdxImages(path, options);
  throw new InputError(
    `Cannot read ${source.name}: it begins with ${quoteStart(inside)}, ` +
      `an .npz, .npy, Parquet or IDX file, or a folder of ${IMAGE_KINDS} images is needed`,
  );
}

async function openNpzImages(file: ByteFile, options: OpenImagesOptions): Promise<ImageSource> {
  const { imagesKey, labelsKey, role, keyPrefix, maxBytes = MAX_BYTES } = options;
  const arrays = await openNpz(file, { maxBytes });
  const choose = (wanted: "images" | "labels", key: string | undefined) =>
    chooseArray(arrays, { name: file.name, key, wanted, role, keyPrefix });
  const array = await openNpy((await choose("images", imagesKey))!);
  const labelSource = options.labels === false ? undefined : await choose("labels", labelsKey);
  // Labels first: they are small, and all of them wrong is found before a long look at the pixels.
  const labels = labelSource && await readNpyLabels(labelSource, { count: array.shape[0] });
  return { ...await arrayImages(array, options), ...labels } as ImageSource;
}
