import { dirname } from "node:path";
import { explainFileError } from "./file_error.ts";
import { InputError } from "../input_error.ts";

/** Options for writing files and folders. */
export interface WriteOptions {
  /**
   * Replace what exists.
   *
   * @default {false}
   */
  force?: boolean;
}

/** Options for {@linkcode writeFolder}. */
export interface WriteFolderOptions extends WriteOptions {
  /**
   * Whether a folder is one that this command wrote: `force` replaces no other.
   *
   * @default {() => false}
   */
  isOurs?: (dir: string) => boolean;
}

/** Temporary paths that are being written, to be removed if the process ends early. */
const temporaries = new Set<string>();

/** Removes half-written files and folders; called when the process ends early. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    temporaries.delete(path);
  }
}

/**
 * Checks before the work starts whether a file can be written at its end.
 *
 * @throws {InputError} If it exists and `force` is off, is no regular file, or its folder cannot be
 * written to.
 */
export async function checkFileOut(
  path: string,
  { force = false }: WriteOptions = {},
): Promise<void> {
  const found = await statOrNull(path);
  if (found !== null && !found.isFile) {
    throw new InputError(`Cannot write "${path}": it is no regular file, another name is needed`);
  }
  if (found !== null && !force) throw existsAlready(path);
  await probe(path);
}

/**
 * Checks before the work starts whether a folder can be written at its end. An empty folder counts
 * as absent.
 *
 * @throws {InputError} If it exists and `force` is off, is no folder of ours, or its parent cannot
 * be written to.
 */
export async function checkFolderOut(
  path: string,
  { force = false, isOurs = () => false }: WriteFolderOptions = {},
): Promise<void> {
  const found = await statOrNull(path);
  if (found !== null && !found.isDirectory) {
    throw new InputError(`Cannot write folder "${path}": it is a file, another name is needed`);
  }
  if (found !== null && !isEmpty(path)) {
    if (!force) throw existsAlready(path);
    if (!isOurs(path)) {
      throw new InputError(
        `Cannot replace "${path}": it holds other files, another name is needed`,
      );
    }
  }
  await probe(path);
}

/**
 * Writes a file under a temporary name beside its own and renames it at the end: the file is whole
 * or absent, even if the process is killed.
 *
 * @throws {InputError} As {@linkcode checkFileOut} does.
 */
export async function writeFile<T>(
  path: string,
  write: (file: Deno.FsFile) => Promise<T>,
  options: WriteOptions = {},
): Promise<T> {
  await checkFileOut(path, options);
  const temporary = temporaryFor(path);
  try {
    await makeParent(path);
    using file = await Deno.open(temporary, { write: true, createNew: true });
    const result = await write(file);
    await file.sync();
    Deno.renameSync(temporary, path);
    temporaries.delete(temporary);
    return result;
  } catch (error) {
    throw explainFileError(error, `write "${path}"`);
  } finally {
    await remove(temporary);
  }
}

/**
 * Writes a folder under a temporary name beside its own and renames it at the end: the folder is
 * whole or absent, even if the process is killed. A folder that is replaced exists until then; if
 * the process is killed between the two renames, it is found with `.tmp-replaced` after its name.
 *
 * @throws {InputError} As {@linkcode checkFolderOut} does.
 */
export async function writeFolder<T>(
  path: string,
  write: (dir: string) => Promise<T>,
  options: WriteFolderOptions = {},
): Promise<T> {
  await checkFolderOut(path, options);
  const temporary = temporaryFor(path);
  try {
    await makeParent(path);
    await Deno.mkdir(temporary);
    const result = await write(temporary);
    await syncFolder(temporary);
    // The same rules hold for what appeared meanwhile.
    await checkFolderOut(path, options);
    await replaceFolder(temporary, trimmed(path));
    return result;
  } catch (error) {
    throw explainFileError(error, `write folder "${path}"`);
  } finally {
    await remove(temporary);
  }
}

/** Writes all bytes to a file: `FsFile.write` may write fewer. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

/** The temporary name of a folder that is being replaced. */
export function replacedName(path: string): string {
  return `${trimmed(path)}.tmp-replaced`;
}

async function replaceFolder(temporary: string, path: string): Promise<void> {
  const replaced = replacedName(path);
  if (await statOrNull(path) !== null) {
    await Deno.remove(replaced, { recursive: true }).catch(ignoreNotFound);
    // Synchronous, so that no interrupt is handled between the two.
    Deno.renameSync(path, replaced);
  }
  try {
    Deno.renameSync(temporary, path);
  } catch (error) {
    if (await statOrNull(replaced) !== null) Deno.renameSync(replaced, path);
    throw error;
  }
  temporaries.delete(temporary);
  await syncEntry(dirname(path));
  await Deno.remove(replaced, { recursive: true }).catch(ignoreNotFound);
}

function temporaryFor(path: string): string {
  const temporary = `${trimmed(path)}.tmp-${crypto.randomUUID().slice(0, 8)}`;
  temporaries.add(temporary);
  return temporary;
}

async function remove(temporary: string): Promise<void> {
  if (!temporaries.has(temporary)) return;
  await Deno.remove(temporary, { recursive: true }).catch(() => {});
  temporaries.delete(temporary);
}

function existsAlready(path: string): InputError {
  return new InputError(`Cannot write "${path}": it exists already, --force replaces it`);
}

/** Makes and removes an empty file in the nearest folder above that exists. */
async function probe(path: string): Promise<void> {
  let folder = dirname(path);
  while (await statOrNull(folder) === null && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".glimpse-" }));
  } catch (error) {
    throw explainFileError(error, `write "${path}"`);
  }
}

async function makeParent(path: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
}

function trimmed(path: string): string {
  return path.replace(/(?<=.)[/\\]+$/, "");
}

function isEmpty(dir: string): boolean {
  for (const _ of Deno.readDirSync(dir)) return false;
  return true;
}

async function statOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw explainFileError(error, `write "${path}"`);
  }
}

/** Brings a folder and all in it to the disk. */
async function syncFolder(dir: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (isDirectory) await syncFolder(`${dir}/${name}`);
    else await syncEntry(`${dir}/${name}`);
  }
  await syncEntry(dir);
}

async function syncEntry(path: string): Promise<void> {
  // Windows neither opens folders nor syncs files that are open for reading only.
  if (Deno.build.os === "windows") return;
  using entry = await Deno.open(path);
  await entry.sync();
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
