import { join } from "node:path";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { type ClassLabels, labelNames, naturalOrder } from "./classes.ts";
import { IMAGE_KINDS } from "./image_file.ts";
import { platform } from "../platform/platform.ts";

/** The image files of a folder. */
export interface Listing extends Partial<ClassLabels> {
  /** Paths below the folder, class after class, each in natural order. */
  readonly files: readonly string[];
}

/** Names of image files that can be read. */
export const READABLE = /\.(png|jpe?g|webp|gif|tiff?|bmp|avif)$/i;
const OTHER_IMAGES = /\.(heic|heif|svg|jp2|jxl|psd)$/i;
/** What macOS, Windows and archivers leave beside one's files. */
export const LEFT_BY_SYSTEMS = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;

/**
 * Lists the images of a folder that is either flat (no labels) or has a folder for each class, whose
 * own folders belong to the class. Folders named by integers give those as labels, other names the
 * labels 0, 1, … in natural order.
 *
 * @throws {InputError} If there is no image, or files and class folders are mixed.
 */
export async function listFolder(folder: string): Promise<Listing> {
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
    throw new InputError(`Cannot read the folder ${name}: it holds no ${IMAGE_KINDS} image`);
  }
  const files: string[] = [];
  const classes: string[] = [];
  for (const className of top.folders) {
    const start = files.length;
    for await (const file of walk(folder, className)) files.push(file);
    if (files.length === start) {
      throw new InputError(
        `Cannot read the folder ${name}: its class folder "${className}" holds no ${IMAGE_KINDS} image`,
      );
    }
    for (let i = start; i < files.length; i++) classes.push(className);
  }
  return { files, ...labelNames(classes) };
}

/** The images in a folder and in those below it. */
async function* walk(root: string, below: string): AsyncGenerator<string> {
  const { images, folders } = await list(join(root, below));
  for (const image of images) yield join(below, image);
  for (const folder of folders) yield* walk(root, join(below, folder));
}

/** Images and folders directly in a folder, in natural order. */
async function list(folder: string): Promise<{ images: string[]; folders: string[] }> {
  const images: string[] = [];
  const folders: string[] = [];
  try {
    for await (const entry of platform.readDir(folder)) {
      const { name } = entry;
      if (LEFT_BY_SYSTEMS.test(name)) continue;
      const path = join(folder, name);
      const { isDirectory, isFile } = entry.isSymlink ? await platform.stat(path) : entry;
      if (isDirectory) folders.push(name);
      else if (OTHER_IMAGES.test(name)) {
        throw new InputError(
          `Cannot read ${JSON.stringify(path)}: it is no ${IMAGE_KINDS} image`,
        );
      } else if (!READABLE.test(name)) continue;
      else if (isFile) images.push(name);
      // A pipe or a device may never end.
      else throw new InputError(`Cannot read ${JSON.stringify(path)}: it is no regular file`);
    }
  } catch (error) {
    throw explainFileError(error, `read the folder ${JSON.stringify(folder)}`);
  }
  return { images: images.sort(naturalOrder), folders: folders.sort(naturalOrder) };
}
