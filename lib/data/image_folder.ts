import { join } from "node:path";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { ndarray } from "../array/ndarray.ts";
import { checkChunkSize } from "./array_file.ts";
import type { Images } from "./dataset.ts";
import { decodeImage, describeImage, type FileImage } from "./image_file.ts";
import type { ImageSize, ImageSource } from "./image_source.ts";

/** Options of {@linkcode openImageFolder}. */
export interface ImageFolderOptions {
  /** Resizes every image to this, whatever its own proportions. Without it all must be of one size. */
  size?: ImageSize | undefined;
  /**
   * Makes every image grey. Without it images are grey only if all files are.
   *
   * @default {false}
   */
  grey?: boolean | undefined;
  /** The colour, as "white" or "#fff", to put behind transparent pixels. Without it they are an error. */
  background?: string | undefined;
}

interface Listing {
  /** Paths below the folder, in order. */
  files: string[];
  labels?: Int32Array;
  classNames?: readonly string[];
}

const READABLE = /\.(png|jpe?g)$/i;
const OTHER_IMAGES = /\.(bmp|gif|tiff?|webp|avif|heic|svg)$/i;
// What macOS, Windows and archivers leave beside one's files.
const LEFT_BY_SYSTEMS = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;
// Decoded images up to this size are kept from the check for the reading that follows.
const KEEP_BYTES = 2 ** 26;

/**
 * Opens a folder of PNG and JPEG files, either flat (no labels) or with a folder for each class.
 * Folders named by integers give those as labels, other names the labels 0, 1, … in sorted order.
 * Every file is decoded once to check it.
 *
 * @throws {InputError} If there is no image, files and class folders are mixed, an image cannot be
 * decoded or is transparent, or two differ in size and `size` is not given.
 */
export async function openImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ImageSource> {
  const { files, ...classes } = await listFolder(folder);
  return {
    ...await openFiles(files.map((file) => join(folder, file)), options),
    ...classes,
    fileNames: files,
  };
}

/**
 * Opens image files in the given order.
 *
 * @throws {InputError} As {@linkcode openImageFolder}.
 */
export async function openFiles(
  paths: readonly string[],
  options: ImageFolderOptions = {},
): Promise<ImageSource> {
  const { size, grey = false, background } = options;
  const first = await describeImage(paths[0]);
  let colour = first.colour;
  for (const path of paths.slice(1)) {
    const image = await describeImage(path);
    colour ||= image.colour;
    if (size === undefined && (image.height !== first.height || image.width !== first.width)) {
      throw sizesDiffer(first, image);
    }
  }
  const { height, width } = size ?? first;
  const channels = grey || !colour ? 1 : 3;
  const stride = height * width * channels;
  const decode = (path: string) => decodeImage(path, { height, width, channels, background });

  const kept = paths.length * stride <= KEEP_BYTES
    ? new Uint8Array(paths.length * stride)
    : undefined;
  for (const [i, path] of paths.entries()) {
    const pixels = await decode(path);
    kept?.set(pixels, i * stride);
  }
  async function* chunks(chunkSize: number): AsyncGenerator<Images> {
    checkChunkSize(chunkSize);
    for (let start = 0; start < paths.length; start += chunkSize) {
      const end = Math.min(start + chunkSize, paths.length);
      const pixels = kept?.slice(start * stride, end * stride) ??
        new Uint8Array((end - start) * stride);
      for (let i = start; kept === undefined && i < end; i++) {
        pixels.set(await decode(paths[i]), (i - start) * stride);
      }
      yield ndarray("uint8", [end - start, height, width, channels], pixels);
    }
  }
  return { count: paths.length, height, width, channels, scale: 255, fileNames: paths, chunks };
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

async function listFolder(folder: string): Promise<Listing> {
  const name = JSON.stringify(folder);
  const top = await list(folder);
  if (top.images.length > 0 && top.folders.length > 0) {
    throw new InputError(
      `Cannot read the folder ${name}: it holds both images ("${top.images[0]}") and folders ` +
        `("${top.folders[0]}"), either only images or a folder for each class is needed`,
    );
  }
  if (top.images.length > 0) return { files: top.images };
  if (top.folders.length === 0) {
    throw new InputError(`Cannot read the folder ${name}: it holds no PNG or JPEG image`);
  }
  const { labels: classLabels, classNames } = labelFolders(top.folders);
  const files: string[] = [];
  const labels: number[] = [];
  for (const [i, className] of top.folders.entries()) {
    const { images } = await list(join(folder, className));
    if (images.length === 0) {
      throw new InputError(
        `Cannot read the folder ${name}: its class folder "${className}" holds no PNG or JPEG image`,
      );
    }
    files.push(...images.map((image) => join(className, image)));
    labels.push(...images.map(() => classLabels[i]));
  }
  const listing = { files, labels: Int32Array.from(labels) };
  return classNames === undefined ? listing : { ...listing, classNames };
}

/** Folder names that are integers are the user's own labels. */
function labelFolders(
  names: readonly string[],
): { labels: number[]; classNames: readonly string[] | undefined } {
  const integers = names.map(Number);
  const all = names.every((name) => /^\d{1,9}$/.test(name)) &&
    new Set(integers).size === names.length;
  return all
    ? { labels: integers, classNames: undefined }
    : { labels: names.map((_, i) => i), classNames: names };
}

/** Images and folders directly in a folder, sorted by name. */
async function list(folder: string): Promise<{ images: string[]; folders: string[] }> {
  const images: string[] = [];
  const folders: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (LEFT_BY_SYSTEMS.test(name)) continue;
      if (READABLE.test(name)) images.push(name);
      else if (OTHER_IMAGES.test(name)) throw unreadable(join(folder, name));
      // A link to a folder counts as one, hence no look at the directory entry's own type.
      else if ((await Deno.stat(join(folder, name))).isDirectory) folders.push(name);
    }
  } catch (error) {
    throw explainFileError(error, `read the folder ${JSON.stringify(folder)}`);
  }
  return { images: images.sort(), folders: folders.sort() };
}

function unreadable(path: string): InputError {
  return new InputError(`Cannot read ${JSON.stringify(path)}: it is no PNG or JPEG image`);
}
