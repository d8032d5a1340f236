import { join } from "node:path";
import { ndarray } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";
import { checkChunkSize } from "./array_file.ts";
import { some } from "./classes.ts";
import type { Images } from "./dataset.ts";
import { decodeImage, describeImage, type FileImage } from "./image_file.ts";
import type { ConvertOptions, ImageSource } from "./image_source.ts";
import { listFolder } from "./list_folder.ts";

/** Options of {@linkcode openImageFolder}. Without `size` all images must be of one size. */
export interface ImageFolderOptions extends ConvertOptions {
  /** The colour, as "white" or "#fff", behind transparent pixels. @default {"white"} */
  background?: string | undefined;
  /** Leaves out files that cannot be decoded. @default {false} */
  skipDamaged?: boolean | undefined;
}

// Decoded images up to this size are kept from the check for the reading that follows.
const KEEP_BYTES = 2 ** 26;
// Files that are decoded at the same time, on the threads of the decoder.
const AT_ONCE = 8;

/**
 * Opens a folder of image files as {@linkcode listFolder} finds them. Every file is decoded once to
 * check it.
 *
 * @throws {InputError} If there is no image, files and class folders are mixed, an image cannot be
 * decoded, or two differ in size and `size` is not given.
 */
export async function openImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ImageSource> {
  const { files, labels, classNames } = await listFolder(folder);
  const { rows, ...source } = await openFiles(files.map((file) => join(folder, file)), options);
  return {
    ...source,
    fileNames: rows.map((row) => files[row]),
    ...labels && { labels: Int32Array.from(rows, (row) => labels[row]) },
    ...classNames && { classNames },
  };
}

/**
 * Opens image files in the given order.
 *
 * @returns The images, and in `rows` which files they are of.
 * @throws {InputError} As {@linkcode openImageFolder}.
 */
export async function openFiles(
  paths: readonly string[],
  options: ImageFolderOptions = {},
): Promise<ImageSource & { rows: number[] }> {
  const { size, background = "white", skipDamaged = false } = options;
  const damaged = new Map<number, InputError>();
  const checked = <T>(read: (path: string) => Promise<T>) => async (row: number) => {
    try {
      return await read(paths[row]);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      damaged.set(row, error);
    }
  };
  const described: FileImage[] = [];
  const readable: number[] = [];
  for await (const [row, image] of inOrder([...paths.keys()], checked(describeImage))) {
    if (image === undefined) continue;
    described.push(image);
    readable.push(row);
  }
  if (described.length === 0) throw unreadable(paths, damaged);
  const [first] = described;
  const other = described.find(({ height, width }) =>
    height !== first.height || width !== first.width
  );
  if (size === undefined && other !== undefined) throw sizesDiffer(first, other);
  const { height, width } = size ?? first;
  const { channels = described.some(({ colour }) => colour) ? 3 : 1 } = options;
  const decode = (path: string) => decodeImage(path, { height, width, channels, background });

  const stride = height * width * channels;
  const keep = readable.length * stride <= KEEP_BYTES;
  const kept = new Uint8Array(keep ? readable.length * stride : 0);
  const rows: number[] = [];
  const transparent: string[] = [];
  for await (const [row, image] of inOrder(readable, checked(decode))) {
    if (image === undefined) continue;
    if (keep) kept.set(image.pixels, rows.length * stride);
    if (image.isTransparent) transparent.push(paths[row]);
    rows.push(row);
  }
  if (damaged.size > 0 && (!skipDamaged || rows.length === 0)) throw unreadable(paths, damaged);
  async function* chunks(chunkSize: number): AsyncGenerator<Images> {
    checkChunkSize(chunkSize);
    for (let start = 0; start < rows.length; start += chunkSize) {
      const end = Math.min(start + chunkSize, rows.length);
      const pixels = kept.slice(start * stride, end * stride);
      if (keep) {
        yield ndarray("uint8", [end - start, height, width, channels], pixels);
        continue;
      }
      const read = new Uint8Array((end - start) * stride);
      let filled = 0;
      for await (const [, image] of inOrder(rows.slice(start, end), (row) => decode(paths[row]))) {
        read.set(image.pixels, stride * filled++);
      }
      yield ndarray("uint8", [end - start, height, width, channels], read);
    }
  }
  const fileNames = rows.map((row) => paths[row]);
  const warnings = [
    ...damaged.size === 0 ? [] : [
      `${damaged.size} damaged ${damaged.size === 1 ? "file is" : "files are"} left out: ${
        some(namesOf(paths, damaged))
      }`,
    ],
    ...transparent.length === 0 || options.background !== undefined ? [] : [
      `${transparent.length} images have transparent pixels, ${background} is put behind them: ${
        some(transparent)
      }; --background sets another colour`,
    ],
  ];
  const shape = { count: rows.length, height, width, channels };
  return { ...shape, white: 255, fileNames, rows, warnings, chunks };
}

/** Reads several rows at a time, and gives them in their order. */
async function* inOrder<T>(
  rows: readonly number[],
  read: (row: number) => Promise<T>,
): AsyncGenerator<[row: number, value: T]> {
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const group = rows.slice(start, start + AT_ONCE);
    const values = await Promise.all(group.map(read));
    for (const [i, row] of group.entries()) yield [row, values[i]];
  }
}

function sizesDiffer(first: FileImage, other: FileImage): InputError {
  const sizeOf = ({ path, height, width }: FileImage) =>
    `${JSON.stringify(path)} is ${height}x${width}`;
  return new InputError(
    `Cannot use images of different sizes: ${sizeOf(first)} and ${
      sizeOf(other)
    } (height x width), ` +
      "give one size to resize them to with --size",
  );
}

function unreadable(
  paths: readonly string[],
  damaged: ReadonlyMap<number, InputError>,
): InputError {
  if (damaged.size === 1) {
    const [error] = damaged.values();
    if (paths.length === 1) return error;
    return new InputError(`${error.message}, --skip-damaged leaves it out`, { cause: error });
  }
  return new InputError(
    `Cannot read ${damaged.size} of ${paths.length} images: ${
      some(namesOf(paths, damaged))
    } are damaged or no images, --skip-damaged leaves them out`,
  );
}

function namesOf(paths: readonly string[], damaged: ReadonlyMap<number, InputError>): string[] {
  return [...damaged.keys()].sort((a, b) => a - b).map((row) => paths[row]);
}
