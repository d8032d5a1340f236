import { basename, join, parse, relative, resolve } from "node:path";
import { checkFolderOut, writeFolder } from "../lib/files/write_folder.ts";
import { InputError } from "../lib/input_error.ts";
import { platform } from "../lib/platform/platform.ts";

/** The folder of images that are outliers. */
const OUTLIER = "outlier";

// Files that are copied at the same time.
const AT_ONCE = 8;

/** Options for {@linkcode sortInto}. */
export interface SortIntoOptions {
  /** The class of each file, by name. */
  readonly classes: readonly string[];
  /** Whether each file is an outlier: those get a folder of their own. */
  readonly isOutlier?: readonly boolean[] | undefined;
  /** Told how many files are copied. @default {() => {}} */
  readonly onProgress?: (done: number) => void;
}

/**
 * Checks before the work starts whether images can be sorted into a folder.
 *
 * @param images What is to be sorted: a folder or a file.
 * @throws {InputError} If the images are no files, the folder exists or lies in that of the images.
 */
export async function checkSortInto(
  dir: string,
  { images, fileNames }: { images: string; fileNames?: readonly string[] | undefined },
): Promise<void> {
  const fault = (found: string) => new InputError(`Cannot sort images into "${dir}": ${found}`);
  if (fileNames === undefined) {
    throw fault(`"${images}" is no folder of image files, which is needed`);
  }
  if (!relative(resolve(images), resolve(dir)).startsWith("..")) {
    throw fault("it lies in the folder of the images, another place is needed");
  }
  // It is never replaced: nothing tells whose files it holds.
  await checkFolderOut(dir, { force: true });
}

/**
 * Copies files into a folder for each class, which is whole or absent. Of files of one name all but
 * the first get a number.
 *
 * @param paths The files.
 * @returns How many files each folder got, and the folders of classes whose names are no file names.
 * @throws {InputError} If a file cannot be copied.
 */
export async function sortInto(
  dir: string,
  paths: readonly string[],
  { classes, isOutlier, onProgress = () => {} }: SortIntoOptions,
): Promise<{ counts: Map<string, number>; renamed: Map<string, string> }> {
  const taken = new Names();
  if (isOutlier !== undefined) taken.free(OUTLIER);
  const folders = new Map<string, string>();
  for (const name of new Set(classes)) folders.set(name, taken.free(fileName(name)));
  const inFolder = new Map<string, { name: string; names: Names; count: number }>();
  const targets = paths.map((path, i) => {
    const name = isOutlier?.[i] ? OUTLIER : folders.get(classes[i])!;
    let folder = inFolder.get(name);
    if (folder === undefined) inFolder.set(name, folder = { name, names: new Names(), count: 0 });
    folder.count++;
    return join(name, folder.names.free(basename(path)));
  });
  await writeFolder(dir, async (temporary) => {
    for (const name of inFolder.keys()) await platform.mkdir(join(temporary, name));
    for (let start = 0; start < paths.length; start += AT_ONCE) {
      const group = paths.slice(start, start + AT_ONCE);
      await Promise.all(
        group.map((path, i) => platform.copyFile(path, join(temporary, targets[start + i]))),
      );
      onProgress(start + group.length);
    }
  }, { force: true });
  return {
    counts: new Map([...inFolder.values()].map(({ name, count }) => [name, count])),
    renamed: new Map([...folders].filter(([name, folder]) => name !== folder)),
  };
}

/** Names of one folder, in which upper and lower case may be the same. */
class Names {
  readonly #taken = new Set<string>();

  /** The name, or where it is taken one with a number: `a.png`, `a-2.png`. */
  free(name: string): string {
    const { name: stem, ext } = parse(name);
    let free = name;
    for (let i = 2; this.#taken.has(free.toLowerCase()); i++) free = `${stem}-${i}${ext}`;
    this.#taken.add(free.toLowerCase());
    return free;
  }
}

/** A class's name as a file name of any system. */
function fileName(name: string): string {
  // deno-lint-ignore no-control-regex
  const printable = name.replace(/[\x00-\x1f\x7f/\\:*?"<>|]/g, "_").slice(0, 80);
  const allowed = printable.replace(/^\.+|[. ]+$/g, (dots) => "_".repeat(dots.length));
  return allowed === "" || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(allowed)
    ? `_${allowed}`
    : allowed;
}
